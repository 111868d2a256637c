import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFeatures } from '../../../test/support/request-features.ts';
import { expectedCost } from './expected-cost.ts';
import { picoPerToken } from './price.ts';

test('the expected cost counts every answer asked for, and none longer than the model can write', () => {
  const price = { input: picoPerToken(1), output: picoPerToken(2) };
  const asking = (answers: number) =>
    requestFeatures({ size: { prompt: { expected: 50 }, answer: { expected: 400 }, answers } });
  const features = asking(1);
  assert.equal(expectedCost({ price }, features), 50_000 + 400 * 2_000);
  assert.equal(expectedCost({ price, maxOutputTokens: 100 }, features), 50_000 + 100 * 2_000);
  assert.equal(expectedCost({ price, maxOutputTokens: 100 }, asking(3)), 50_000 + 300 * 2_000);
  assert.equal(expectedCost({}, features), undefined);
});
