import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestFeatures } from '../../../test/support/request-features.ts';
import { candidate } from '../../../test/support/policy-candidates.ts';
import { candidateCosts } from '../../policies/candidate-columns.ts';
import { answerLengths } from './answer-lengths.ts';
import { expectedCost } from './expected-cost.ts';
import { scaleTokenPrice } from './map-rates.ts';
import { picoPerToken, type Price } from './price.ts';
import { withKnownTerms } from './with-known-terms.ts';

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

test('a long prompt is written to the cache, at its price, where the provider does that unasked', () => {
  const rates = { input: picoPerToken(2), output: picoPerToken(10), cacheWrite: picoPerToken(2.5) };
  const prompt = (expected: number) =>
    requestFeatures({ size: { prompt: { expected }, answer: { expected: 0 }, answers: 1 } });
  const cost = (price: Price, expected: number) => expectedCost({ id: 'a/m', price }, prompt(expected));
  const unasked = { ...rates, cachesUnasked: true } as const;
  assert.equal(cost(unasked, 1_023), 1_023 * 2_000, 'too short to be cached');
  assert.equal(cost(unasked, 1_024), 1_024 * 2_500);
  assert.equal(cost(rates, 1_024), 1_024 * 2_000, 'Claude writes what the client marks');
  const dearer = {
    ...unasked,
    steps: [{ abovePromptTokens: 5_000, rates: { ...rates, cacheWrite: 7_000_000 } }],
  };
  assert.equal(cost(dearer, 6_000), 6_000 * 7_000);
  const scaled = scaleTokenPrice(dearer, 0.5);
  assert.equal(cost(scaled, 6_000), 6_000 * 3_500);
  const configured = withKnownTerms(
    { input: picoPerToken(1), output: 0, cacheWrite: picoPerToken(4) },
    unasked,
  );
  assert.equal(
    cost(configured, 2_000),
    2_000 * 4_000,
    'a configured price does not change what the provider does',
  );
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
