import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import { everySimulated, openTestGateway, post, type TestGateway } from '../support/gateway.ts';

// Some clients send a member for each setting that they know, empty where nothing is set.

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway({ config: everySimulated });
});
after(() => gateway.close());

const messages = [{ role: 'user', content: 'Hello' }];
const inMessages = { max_tokens: 50, messages };
const cases: readonly (readonly [path: string, body: JsonObject, empty: JsonObject])[] = [
  ['/v1/messages', inMessages, { mcp_servers: [], container: '', inference_geo: '' }],
  ['/v1/messages', inMessages, { previous_message_id: '', thread: '', fallbacks: [] }],
  ['/v1/messages', inMessages, { context_management: { edits: [] }, tools: [], stop_sequences: [] }],
  ['/v1/responses', { input: 'Hello' }, { previous_response_id: '', conversation: '', prompt: '' }],
  ['/v1/responses', { input: 'Hello' }, { context_management: [], include: [], top_logprobs: 0 }],
  ['/v1/chat/completions', { messages }, { plugins: [], modalities: [], transforms: [], moderation: '' }],
  ['/v1/chat/completions', { messages }, { functions: [], stop: '', top_logprobs: 0, audio: '' }],
];

const models = [
  'anthropic/claude-sonnet-4-5',
  'openai/gpt-5.4-mini',
  'deepseek/deepseek-chat',
  'google/gemini-2.5-flash',
];

for (const [path, body, empty] of cases) {
  test(`empty members of ${path} ask for nothing: ${Object.keys(empty).join(', ')}`, async () => {
    const warningsOf = async (members: JsonObject, model: string) => {
      const reply = await post(gateway, path, { model, ...body, ...members });
      assert.equal(reply.status, 200, `${model}: ${await reply.text()}`);
      return reply.headers.get('x-conclave-warnings');
    };
    for (const model of models) {
      if (!isOfDialect(model, path))
        assert.equal(await warningsOf(empty, model), await warningsOf({}, model), model);
    }
  });
}

/** The maker of the dialect gets the client's own bytes, and judges them itself. */
function isOfDialect(model: string, path: string): boolean {
  if (path === '/v1/messages') return model.startsWith('anthropic/');
  return model.startsWith('openai/') || (path === '/v1/chat/completions' && model.startsWith('deepseek/'));
}
