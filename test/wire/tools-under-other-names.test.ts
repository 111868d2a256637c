import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { post, startTestGateway, type Cleanup, type TestGateway } from '../support/gateway.ts';

// Gemini at times puts a namespace of its own before the name of a function.

const long = 'x'.repeat(70);
const tools = ['look', 'a.look', 'hear', long].map((name) => ({
  name,
  input_schema: { type: 'object', properties: {} },
}));

for (const [called, tool, isTold] of [
  ['default_api:hear', 'hear', true],
  ['default_api.agent.look', 'look', true],
  ['a.look', 'a.look', false],
  ['default_api.smell', 'default_api.smell', false],
  ['hear', 'hear', false],
] as const) {
  test(`a call of ${called} is one of ${tool}`, async (t) => {
    const gateway = await startCalling(t, called);
    const messages = [{ role: 'user', content: 'Go' }];
    const asked = { model: 'google/gemini-2.5-flash', max_tokens: 99, messages, tools };
    const reply = await post(gateway, '/v1/messages', asked);
    const { content } = (await reply.json()) as { content: [{ name: string }] }; // one call
    assert.equal(content[0].name, tool);
    assert.equal(/no tool of the request/.test(reply.headers.get('x-conclave-warnings') ?? ''), isTold);
  });
}

const inDraft = { type: 'namespace', name: 'draft', tools: [{ type: 'function', name: 'delete' }] };
const outside = { type: 'function', name: 'delete' };
for (const [called, offered, expected] of [
  ['draft.delete', [outside, inDraft], { namespace: 'draft', name: 'delete' }],
  ['default_api:draft.delete', [inDraft], { namespace: 'draft', name: 'delete' }],
  ['default_api.delete', [outside, inDraft], { namespace: undefined, name: 'delete' }],
  [
    'draft.send',
    [outside, inDraft, { ...outside, name: 'send' }],
    { namespace: undefined, name: 'draft.send' },
  ],
] as const) {
  test(`a call of ${called} never leaves the namespace that it names, with ${offered.length} tools`, async (t) => {
    const gateway = await startCalling(t, called);
    const asked = { model: 'google/gemini-2.5-flash', input: 'Go', tools: offered };
    const reply = await post(gateway, '/v1/responses', asked);
    const { output } = (await reply.json()) as { output: [{ name: string; namespace?: string }] }; // one call
    const [{ name, namespace }] = output;
    assert.deepEqual({ namespace, name }, expected);
  });
}

/** Starts a gateway to a Gemini that answers with a call of this name. */
async function startCalling(t: Cleanup, called: string): Promise<TestGateway> {
  const parts = [{ functionCall: { name: called, args: {} } }];
  const google = await startEchoingProvider(t, () => ({
    body: {
      responseId: 'r1',
      candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts } }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
    },
  }));
  return startTestGateway(t, {
    config: { providers: { google: { baseUrl: `${google.url}/v1beta`, apiKey: 'k' } } },
  });
}
