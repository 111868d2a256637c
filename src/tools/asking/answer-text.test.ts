import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableAnswer } from './answer-text.ts';

test('findings of any tool are written as in a review, other items as their values', () => {
  const finding = {
    file: 'src/pay.ts',
    startLine: 4,
    endLine: 4,
    severity: 'low',
    category: 'style',
    title: 'Long name',
    explanation: 'It hides the sum.',
    confidence: 0.5,
    reportedBy: ['lab/m'],
  };
  const hotspot = { file: 'src/pay.ts', startLine: 4, reason: 'money' };
  assert.equal(
    readableAnswer({ text: 'Two things.', items: [finding, hotspot] }),
    'Two things.\n\n- [low] src/pay.ts:4 Long name — It hides the sum.\n- src/pay.ts · 4 · money',
  );
});
