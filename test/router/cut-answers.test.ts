import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reachedLimit } from '../../src/core/wire/reached-limit.ts';
import { everySimulatedProvider, post, startTestGateway } from '../support/gateway.ts';

// Providers name the limit of an answer in different words, and the ledger keeps them.

const models = [
  'openai/gpt-5.4-mini',
  'anthropic/claude-sonnet-4-5',
  'google/gemini-2.5-flash',
  'deepseek/deepseek-v4-pro',
  'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'ollama/qwen3:8b',
];

test('an answer that its limit cut is recognised in the ledger, whatever its provider calls it', async (t) => {
  const gateway = await startTestGateway(t, {
    config: (simulator) => ({ providers: everySimulatedProvider(simulator) }),
  });
  const words: (string | undefined)[] = [];
  for (const path of ['/v1/chat/completions', '/v1/responses'])
    for (const model of models) {
      const limit = path === '/v1/responses' ? { max_output_tokens: 16 } : { max_tokens: 16 };
      const prompt = 'Explain in detail how rivers form and why they meander.';
      const asked = { input: prompt, messages: [{ role: 'user', content: prompt }] };
      const reply = await post(gateway, path, { model, ...limit, ...asked });
      assert.equal(reply.status, 200, await reply.text());
      const id = reply.headers.get('x-conclave-request-id') ?? '';
      words.push((await gateway.app.ledger.show(id))?.finishReason);
    }
  assert.deepEqual(
    words.filter((word) => !reachedLimit(word)),
    [],
  );
  assert.equal(new Set(words).size, 4, words.join());
});
