import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishPart, finishReason } from './finish-reason.ts';
import { readReply } from './read-reply.ts';

const filtered = [
  'SAFETY',
  'RECITATION',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'IMAGE_SAFETY',
  'IMAGE_PROHIBITED_CONTENT',
  'IMAGE_RECITATION',
  'MODEL_ARMOR',
  'JAILBREAK',
];

test('every word for the end of a valid answer is read by its meaning', () => {
  const words = { stop: ['STOP'], length: ['MAX_TOKENS'], 'content-filter': filtered };
  for (const [reason, raws] of Object.entries(words)) {
    for (const raw of raws) {
      assert.deepEqual(finishPart(raw, false, undefined), { type: 'finish', reason, raw });
      const called = reason === 'stop' ? 'tool-calls' : reason;
      assert.deepEqual(finishPart(raw, true, undefined), { type: 'finish', reason: called, raw });
    }
  }
});

test('every other word is a failure of the model, also one that is newer than Conclave', () => {
  for (const raw of ['OTHER', 'LANGUAGE', 'MALFORMED_FUNCTION_CALL', 'NO_IMAGE', 'A_NEW_WORD']) {
    const part = finishPart(raw, false, 'why');
    assert.equal(part.type === 'error' && part.error.code, 'provider_invalid_reply', raw);
  }
});

test('a blocked prompt is no empty answer, whatever it is blocked for', () => {
  const endOf = (blockReason: string) => readReply({ promptFeedback: { blockReason } }).at(-1);
  for (const raw of filtered) {
    assert.deepEqual(endOf(raw), { type: 'finish', reason: 'content-filter', raw });
  }
  for (const newer of ['BLOCK_REASON_UNSPECIFIED', 'OTHER', 'A_NEW_REASON']) {
    assert.deepEqual(
      endOf(newer),
      { type: 'finish', reason: 'content-filter', raw: 'PROHIBITED_CONTENT' },
      newer,
    );
  }
});

test('clients get the provider’s own word where it means the same, and Gemini’s otherwise', () => {
  assert.equal(finishReason.write({ reason: 'content-filter', raw: 'RECITATION' }), 'RECITATION');
  for (const [reason, word] of [
    ['stop', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['tool-calls', 'STOP'],
    ['content-filter', 'SAFETY'],
    ['other', 'OTHER'],
  ] as const) {
    assert.equal(finishReason.write({ reason }), word);
    assert.equal(finishReason.write({ reason, raw: 'refusal' }), word);
  }
});
