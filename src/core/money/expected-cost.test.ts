import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFeatures } from '../../../test/support/request-features.ts';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { candidateCosts } from '../../policies/candidate-columns.ts';
import { answerLengths } from './answer-lengths.ts';
import { expectedCost } from './expected-cost.ts';
import { picoPerToken } from './price.ts';

test('the expected cost counts every answer asked for, and none longer than the model can write', () => {
  const id = 'a/m';
  const price = { input: picoPerToken(1), output: picoPerToken(2) };
  const asking = (answers: number) =>
    requestFeatures({ size: { prompt: { expected: 50 }, answer: { expected: 400 }, answers } });
  const features = asking(1);
  assert.equal(expectedCost({ id, price }, features), 50_000 + 400 * 2_000);
  assert.equal(expectedCost({ id, price, maxOutputTokens: 100 }, features), 50_000 + 100 * 2_000);
  assert.equal(expectedCost({ id, price, maxOutputTokens: 100 }, asking(3)), 50_000 + 300 * 2_000);
  assert.equal(expectedCost({ id }, features), undefined);
});

test('a model whose answers are longer costs more, also among the columns of many', () => {
  const price = { input: picoPerToken(1), output: picoPerToken(2) };
  const lengths = answerLengths();
  for (let n = 0; n < 500; n += 1) {
    lengths.remember('chat', 'a/thinker', 4_000);
    lengths.remember('chat', 'b/terse', 400);
  }
  const { size } = requestFeatures({ size: { prompt: { expected: 50 } } });
  const features = { at: 0, size: { ...size, modelAnswers: lengths.at('chat', 8_000) } };
  const candidates = [candidate('a/thinker', { price }), candidate('b/terse', { price })];
  const [thinker = 0, terse = 0] = candidates.map(({ model }) => expectedCost(model, features) ?? NaN);
  assert.ok(thinker > 1.5 * terse, `${thinker}, ${terse}`);
  const columns = new Float64Array(2);
  candidateCosts(candidates, features, columns);
  assert.deepEqual(Array.from(columns), [thinker, terse]);
});
