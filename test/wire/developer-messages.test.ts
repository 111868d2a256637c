import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject } from '../../src/core/json/json.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

// OpenAI's newer SDKs, its Agents SDK and others write instructions as `developer`, whatever the model.

const messages = [
  { role: 'developer', content: 'Be brief.' },
  { role: 'user', content: 'Hello' },
];

test('a developer message reaches a provider under a role that it supports, and OpenAI unchanged', async (t) => {
  const gateway = await startTestGateway(t, {
    config: ({ url }) => ({
      providers: {
        deepseek: { baseUrl: `${url}/deepseek/v1`, apiKey: 'k' },
        mistral: { baseUrl: `${url}/mistral/v1`, apiKey: 'k' },
        openrouter: { baseUrl: `${url}/openrouter/v1`, apiKey: 'k' },
        own: { dialect: 'openai-chat', baseUrl: `${url}/deepseek/v1`, apiKey: 'k' },
        openai: { baseUrl: `${url}/openai/v1`, apiKey: 'k' },
      },
    }),
  });
  const roleSent = async (model: string) => {
    const reply = await post(gateway, '/v1/chat/completions', { model, messages });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(reply.headers.get('x-conclave-warnings'), null, 'nothing is lost');
    const sent = modelRequests(gateway.simulator).at(-1)?.body;
    const said = isJsonObject(sent) ? sent['messages'] : undefined;
    const [first] = Array.isArray(said) ? said : [];
    return isJsonObject(first) ? first['role'] : undefined;
  };
  for (const model of ['deepseek/deepseek-v4-flash', 'mistral/m', 'openrouter/x/y', 'own/m']) {
    assert.equal(await roleSent(model), 'system', model);
  }
  assert.equal(await roleSent('openai/gpt-6-luna'), 'developer');
});
