import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf } from './price.ts';
import { noUsage } from './usage.ts';
import { priceFromUsd } from './price-from-usd.ts';
import { withKnownTerms } from './with-known-terms.ts';

const known = priceFromUsd({
  input: 5,
  output: 30,
  cacheRead: 0.5,
  webSearch: 10,
  steps: [{ abovePromptTokens: 272_000, rates: { input: 10, output: 45, cacheRead: 1 } }],
});

test('a configured price keeps the price of a search, and that of long prompts in proportion', () => {
  assert.deepEqual(
    withKnownTerms(priceFromUsd({ input: 4, output: 20, cacheRead: 0.3 }), known),
    priceFromUsd({
      input: 4,
      output: 20,
      cacheRead: 0.3,
      webSearch: 10,
      steps: [
        {
          abovePromptTokens: 272_000,
          rates: { input: 8, output: 30, cacheRead: 0.6, webSearch: 10 },
        },
      ],
    }),
  );
});

test('a price per call is the same for long prompts', () => {
  const { steps } = withKnownTerms({ input: 4_000_000, output: 20_000_000, call: 5_000 }, known);
  assert.deepEqual(
    steps?.map(({ rates }) => rates.call),
    [5_000],
  );
});

test('a configured price that says what long prompts and searches cost is kept', () => {
  const flat = priceFromUsd({ input: 4, output: 20, webSearch: 7, steps: [] });
  assert.deepEqual(withKnownTerms(flat, known), flat);
  assert.deepEqual(withKnownTerms(flat, undefined), flat);
});

test('the step with the highest number of tokens that a prompt exceeds applies, in whatever order they are listed', () => {
  const rates = (usd: number) => ({ input: usd, output: usd });
  const price = priceFromUsd({
    ...rates(1),
    steps: [
      { abovePromptTokens: 500, rates: rates(4) },
      { abovePromptTokens: 100, rates: rates(2) },
    ],
  });
  assert.equal(costOf({ ...noUsage, input: 1_000 }, price, 0), 4_000_000n);
  assert.equal(costOf({ ...noUsage, input: 200 }, price, 0), 400_000n);
});

test('a model that was free keeps its configured price for long prompts', () => {
  const free = priceFromUsd({
    input: 0,
    output: 0,
    steps: [{ abovePromptTokens: 9, rates: { input: 1, output: 1 } }],
  });
  const { steps } = withKnownTerms(priceFromUsd({ input: 4, output: 20 }), free);
  assert.deepEqual(steps, [{ abovePromptTokens: 9, rates: priceFromUsd({ input: 4, output: 20 }) }]);
});
