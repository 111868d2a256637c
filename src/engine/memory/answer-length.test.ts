import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage } from '../../core/money/usage.ts';
import { answerLength } from './answer-length.ts';

const answered = { state: 'ok', attempts: 1, usage: { ...noUsage, output: 60, reasoning: 40 } } as const;

test('the length of an answer counts reasoning, and is that of one of several answers', () => {
  assert.equal(answerLength({ request: {} }, answered, 1), 100);
  assert.equal(answerLength({ request: {} }, answered, 4), 25);
});

test('embeddings, answers that were cut, failures and sums over attempts say nothing', () => {
  assert.equal(answerLength({ request: { embedding: {} } }, answered, 1), undefined);
  assert.equal(answerLength({ request: {} }, { ...answered, isCut: true }, 1), undefined);
  assert.equal(answerLength({ request: {} }, { ...answered, state: 'truncated' }, 1), undefined);
  assert.equal(answerLength({ request: {} }, { ...answered, attempts: 2 }, 1), undefined);
});
