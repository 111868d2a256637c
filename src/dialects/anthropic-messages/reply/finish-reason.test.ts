import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishReason } from './finish-reason.ts';

const words = {
  stop: ['end_turn', 'stop_sequence'],
  length: ['max_tokens', 'model_context_window_exceeded'],
  'tool-calls': ['tool_use'],
  'content-filter': ['refusal'],
  other: ['pause_turn', 'a_new_word'],
} as const;

test('every word for the end of an answer is read by its meaning, and kept', () => {
  for (const [reason, raws] of Object.entries(words)) {
    for (const raw of raws) assert.deepEqual(finishReason.read(raw), { reason, raw });
  }
  assert.deepEqual(finishReason.read(''), { reason: 'other' });
});

test('clients get the provider’s own word where it means the same, and Anthropic’s otherwise', () => {
  assert.equal(finishReason.write({ reason: 'stop', raw: 'stop_sequence' }), 'stop_sequence');
  assert.equal(finishReason.write({ reason: 'other', raw: 'pause_turn' }), 'pause_turn');
  for (const [reason, word] of [
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['tool-calls', 'tool_use'],
    ['content-filter', 'refusal'],
    ['other', 'end_turn'],
  ] as const) {
    assert.equal(finishReason.write({ reason }), word);
    assert.equal(finishReason.write({ reason, raw: 'a_new_word' }), word);
  }
});
