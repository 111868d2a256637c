import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../../core/model.ts';
import { priceChange } from './price-change.ts';

const rates = { input: 1_000, output: 4_000, cacheRead: 100, webSearch: 10_000, call: 50 };
const model: Model = {
  id: 'lab/m',
  provider: 'lab',
  name: 'm',
  family: 'm',
  capabilities: {},
  strengths: [],
  weaknesses: [],
  price: { ...rates, steps: [{ abovePromptTokens: 200_000, rates }] },
  local: false,
};

test('a price change applies to everything that a call is billed for: tokens, searches and the call itself', () => {
  const tripled = { input: 3_000, output: 12_000, cacheRead: 300, webSearch: 30_000, call: 150 };
  for (const written of ['lab/*=+200%', '*/*=x3'])
    assert.deepEqual(
      priceChange([written], [model])(model).price,
      { ...tripled, steps: [{ abovePromptTokens: 200_000, rates: tripled }] },
      written,
    );
  assert.equal(priceChange(['lab/*=x3', 'lab/m=-50%'], [model])(model).price?.webSearch, 15_000);
});
