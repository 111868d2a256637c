import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishReason } from './finish-reason.ts';

const words = {
  stop: ['end_turn', 'stop_sequence'],
  length: ['max_tokens', 'model_context_window_exceeded'],
  'tool-calls': ['tool_use'],
  'content-filter': ['guardrail_intervened', 'content_filtered', 'refusal'],
  other: ['a_new_word'],
} as const;

test('every word for the end of an answer is read by its meaning, and kept', () => {
  for (const [reason, raws] of Object.entries(words)) {
    for (const raw of raws) assert.deepEqual(finishReason.read(raw), { reason, raw });
  }
});

test('clients get the provider’s own word where it means the same, and Bedrock’s otherwise', () => {
  const own = { reason: 'content-filter', raw: 'guardrail_intervened' } as const;
  assert.equal(finishReason.write(own), own.raw);
  for (const [reason, word] of [
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['content-filter', 'content_filtered'],
    ['other', 'end_turn'],
  ] as const) {
    assert.equal(finishReason.write({ reason }), word);
    assert.equal(finishReason.write({ reason, raw: 'a_new_word' }), word);
  }
});
