import assert from 'node:assert/strict';
import { test } from 'node:test';
import { costOf } from './price.ts';
import { priceFromUsd } from './price-from-usd.ts';
import { noUsage } from './usage.ts';

const published = {
  input: 1,
  output: 2,
  cacheRead: 3,
  cacheWrite: 4,
  cacheWriteLong: 5,
  reasoning: 6,
  inputAudio: 7,
  outputAudio: 8,
  webSearch: 9,
};

test('every published rate is converted, each to its own', () => {
  const perMillion = Object.entries(published).map(([name, usd]) => [name, usd * 1e6]);
  const rates = { ...Object.fromEntries(perMillion), webSearch: 9e9 };
  assert.deepEqual(priceFromUsd(published), rates);
  assert.deepEqual(priceFromUsd({ ...published, steps: [{ abovePromptTokens: 10, rates: published }] }), {
    ...rates,
    steps: [{ abovePromptTokens: 10, rates }],
  });
});

test('a rate that is not published stays absent, and one of $0 is not absent', () => {
  const required = { input: 0, output: 0 };
  assert.deepEqual(priceFromUsd(required), required);
  for (const name of Object.keys(published)) {
    assert.deepEqual(priceFromUsd({ ...required, [name]: 0 }), { ...required, [name]: 0 });
  }
});

test('a million tokens of a bucket, or a thousand searches, cost what is published', () => {
  const price = priceFromUsd(published);
  for (const [bucket, usd] of Object.entries(published)) {
    if (bucket.endsWith('Audio')) continue;
    const usage = bucket === 'webSearch' ? { ...noUsage, webSearches: 1e3 } : { ...noUsage, [bucket]: 1e6 };
    assert.equal(costOf(usage, price, 0), BigInt(usd) * 1_000_000_000n, bucket);
  }
  const spoken = { ...noUsage, input: 1e6, output: 1e6 };
  assert.equal(costOf(spoken, price, 0, { audioInput: 1e6, audioOutput: 1e6 }), 15_000_000_000n);
});
