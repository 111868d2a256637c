import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapRates, scaleTokenPrice, scaleTokenRates } from './map-rates.ts';
import type { Price, Rates } from './price.ts';

const rates = {
  input: 100,
  output: 200,
  cacheRead: 10,
  cacheWrite: 120,
  cacheWriteLong: 160,
  reasoning: 300,
  inputAudio: 400,
  outputAudio: 500,
  webSearch: 7,
  call: 9,
} as const satisfies Required<Rates>;
const price: Price = {
  ...rates,
  steps: [{ abovePromptTokens: 1_000, rates }],
  schedule: [
    {
      when: { kind: 'from', at: 5 },
      rates: { ...rates, steps: [{ abovePromptTokens: 2_000, rates }] },
    },
  ],
};

test('every set of rates of a price is changed, and nothing else', () => {
  const plain: Rates = { input: 1, output: 2 };
  const seen: Rates[] = [];
  const changed = mapRates(price, (one) => {
    seen.push(one);
    return plain;
  });
  assert.deepEqual(seen, [rates, rates, rates, rates]);
  assert.deepEqual(changed, {
    ...plain,
    steps: [{ abovePromptTokens: 1_000, rates: plain }],
    schedule: [
      {
        when: { kind: 'from', at: 5 },
        rates: { ...plain, steps: [{ abovePromptTokens: 2_000, rates: plain }] },
      },
    ],
  });
  assert.deepEqual(
    mapRates(plain, (one) => one),
    plain,
  );
});

test('tokens of the prompt and of the answer are scaled, searches and the call itself are not', () => {
  assert.deepEqual(scaleTokenRates(rates, { prompt: 2, answer: 3 }), {
    input: 200,
    output: 600,
    cacheRead: 20,
    cacheWrite: 240,
    cacheWriteLong: 320,
    reasoning: 900,
    inputAudio: 800,
    outputAudio: 1_500,
    webSearch: 7,
    call: 9,
  });
  assert.deepEqual(scaleTokenRates({ input: 3, output: 5 }, { prompt: 0.5, answer: 0.5 }), {
    input: 2,
    output: 3,
  });
  assert.equal(scaleTokenPrice(price, 0.5).schedule?.[0]?.rates.steps?.[0]?.rates.inputAudio, 200);
});
