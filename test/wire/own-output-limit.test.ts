import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { modelRequests } from '../support/model-requests.ts';

const messages = [{ role: 'user', content: 'Hello' }];
const clients = {
  '/v1/messages': { max_tokens: 50, messages },
  '/v1/responses': { max_output_tokens: 50, input: 'Hello' },
  '/v1/chat/completions': { max_completion_tokens: 50, messages },
};

test('a custom provider gets every client’s output limit in a field that it supports', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => {
      const own = { dialect: 'openai-chat', baseUrl: `${simulator.url}/openai/v1`, apiKey: 'k' } as const;
      const newer = { ...own, quirks: { maxTokensField: 'max_completion_tokens' } } as const;
      return { providers: { own, newer } };
    },
  });
  for (const [path, body] of Object.entries(clients)) {
    assert.deepEqual(await limitsSent(gateway, path, { ...body, model: 'own/gpt-4o' }), { max_tokens: 50 });
    assert.deepEqual(await limitsSent(gateway, path, { ...body, model: 'newer/gpt-4o' }), {
      max_completion_tokens: 50,
    });
  }
  const older = { max_tokens: 50, messages, model: 'newer/gpt-4o' };
  assert.deepEqual(await limitsSent(gateway, '/v1/chat/completions', older), { max_completion_tokens: 50 });
});

async function limitsSent(gateway: TestGateway, path: string, body: object): Promise<object> {
  const reply = await post(gateway, path, body);
  assert.equal(reply.status, 200, await reply.text());
  const sent = Object.entries(modelRequests(gateway.simulator).at(-1)?.body ?? {});
  return Object.fromEntries(sent.filter(([member]) => member.startsWith('max_')));
}
