import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, startTestGateway } from '../support/gateway.ts';
import { lastRow } from '../support/ledger-rows.ts';
import { startScriptedProvider, wholeReply } from '../providers/scripted-provider.ts';
import { claudeReply } from '../support/claude-reply.ts';

const pass = (type: string, input: number, output: number, more: object = {}) => ({
  type,
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  ...more,
});

/** USD per million tokens. */
const config = (url: string) => ({
  providers: { anthropic: { baseUrl: url, apiKey: 'key' } },
  models: [
    { id: 'anthropic/worker', price: { input: 1, output: 5, cacheRead: 0.1 } },
    { id: 'anthropic/adviser', price: { input: 10, output: 50 } },
  ],
});

for (const [title, iterations, tokens, nanoUsd] of [
  [
    'a compaction pass is in the books, at the rates of the model',
    [pass('compaction', 100, 80, { cache_read_input_tokens: 5_000 }), pass('message', 200, 10)],
    { input: 300, output: 90, cacheRead: 5_000 },
    300_000 + 450_000 + 500_000,
  ],
  [
    'an adviser is in the books, at its own rates',
    [pass('advisor_message', 1_000, 20, { model: 'adviser' }), pass('message', 200, 10)],
    { input: 1_200, output: 30, cacheRead: 0 },
    200_000 + 50_000 + 10_000_000 + 1_000_000,
  ],
  [
    'an adviser whose rates nobody knows makes the cost unknown, not smaller',
    [pass('advisor_message', 1_000, 20, { model: 'stranger' }), pass('message', 200, 10)],
    { input: 1_200, output: 30, cacheRead: 0 },
    undefined,
  ],
] as const) {
  test(title, async (t) => {
    const scripted = await startScriptedProvider(t);
    const gateway = await startTestGateway(t, { config: config(scripted.url) });
    const usage = { input_tokens: 200, output_tokens: 10, iterations };
    scripted.say(wholeReply({ ...claudeReply(), usage }));
    const reply = await post(gateway, '/v1/messages', {
      model: 'anthropic/worker',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hello' }],
    });
    assert.equal(reply.status, 200);
    const row = await lastRow(gateway);
    const { input, output, cacheRead } = row.usage;
    assert.deepEqual({ input, output, cacheRead }, tokens);
    assert.equal(row.cost, nanoUsd === undefined ? undefined : BigInt(nanoUsd));
  });
}

test('a pass beside the answer is billed at the terms of the answer', async (t) => {
  const scripted = await startScriptedProvider(t);
  const gateway = await startTestGateway(t, {
    config: { providers: { anthropic: { baseUrl: scripted.url, apiKey: 'key' } } },
  });
  const iterations = [pass('compaction', 100, 80), pass('message', 200, 10)];
  const usage = { input_tokens: 200, output_tokens: 10, inference_geo: 'us', iterations };
  scripted.say(wholeReply({ ...claudeReply(), usage }));
  const reply = await post(gateway, '/v1/messages', {
    model: 'anthropic/claude-opus-4-8',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  assert.equal(reply.status, 200);
  // $5 and $25, and a tenth more in the United States.
  assert.equal((await lastRow(gateway)).cost, (11n * (300n * 5_000n + 90n * 25_000n)) / 10n);
});
