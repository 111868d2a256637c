import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chargeAt, chargeFor, Ledger } from './bill.ts';
import type { SpentTokens } from './replied.ts';

const nothing: SpentTokens = {
  input: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteLong: 0,
  output: 0,
  reasoning: 0,
};

const noon = Date.UTC(2026, 10, 21, 12);

test('a million tokens cost what the price page lists, to the nano-dollar', () => {
  const million = { ...nothing, input: 1_000_000 };
  assert.equal(chargeFor('anthropic', 'claude-sonnet-5', million, noon), 2_000_000_000n);
  assert.equal(chargeFor('deepseek', 'deepseek-v4-flash', million, noon), 150_000_000n);
});

test('every kind of token has its own rate, and reasoning is billed as output', () => {
  const spent = { input: 1, cacheRead: 10, cacheWrite: 100, cacheWriteLong: 1_000, output: 10, reasoning: 5 };
  // Dollars per million: 4, 0.2, 5, 8, 20: so 4,000 + 2,000 + 500,000 + 8,000,000 + 300,000 nano-dollars.
  assert.equal(chargeFor('anthropic', 'claude-opus-5-5', spent, noon), 8_806_000n);
});

test('a call is rounded once, half up', () => {
  const rates = { input: '0.0005', output: '0.0004' };
  const charge = (input: number, output: number): bigint => chargeAt(rates, { ...nothing, input, output });
  assert.equal(charge(1, 0), 1n);
  assert.equal(charge(0, 1), 0n);
  assert.equal(charge(1, 1), 1n);
  assert.equal(charge(3, 0), 2n);
});

test('for a long prompt the higher rates apply to every token', () => {
  const short = { ...nothing, input: 272_000, output: 1 };
  const long = { ...nothing, input: 272_001, output: 1 };
  assert.equal(chargeFor('openai', 'gpt-6-sol', short, noon), 544_000_000n + 10_000n);
  assert.equal(chargeFor('openai', 'gpt-6-sol', long, noon), 1_088_004_000n + 15_000n);
});

test('a dated snapshot costs the same as its model, a local model is free, an unknown one has no price', () => {
  const spent = { ...nothing, output: 7 };
  assert.equal(
    chargeFor('openai', 'gpt-4o-2024-08-06', spent, noon),
    chargeFor('openai', 'gpt-4o', spent, noon),
  );
  assert.equal(chargeFor('ollama', 'anything', spent, noon), 0n);
  assert.equal(chargeFor('openai', 'gpt-99', spent, noon), undefined);
});

test('DeepSeek charges double during office hours in Beijing, but not on weekends', () => {
  const spent = { ...nothing, input: 1_000, cacheRead: 1_000, output: 1_000 };
  const at = (hour: number, day = 20) =>
    chargeFor('deepseek', 'deepseek-v4-pro', spent, Date.UTC(2026, 10, day, hour));
  assert.equal(at(12), 2_662_000n);
  for (const hour of [1, 3, 6, 9]) assert.equal(at(hour), 5_324_000n);
  for (const hour of [0, 4, 5, 10, 23]) assert.equal(at(hour), 2_662_000n);
  for (const weekend of [21, 22]) assert.equal(at(2, weekend), 2_662_000n);
});

test('a fee per call is added', () => {
  assert.equal(chargeFor('perplexity', 'sonar', { ...nothing, input: 1_000 }, noon), 13_000_000n);
});

test('the bill adds up calls by model and counts unpriced calls separately', () => {
  const ledger = new Ledger();
  const spent = { ...nothing, input: 1_000 };
  for (const model of ['claude-sonnet-5', 'claude-sonnet-5', 'unheard-of']) {
    ledger.charge({ provider: 'anthropic', model, spent, interrupted: false, at: noon });
  }
  const bill = ledger.bill();
  assert.equal(bill.totalNanoUsd, 4_000_000);
  assert.equal(bill.calls, 3);
  assert.equal(bill.unpricedCalls, 1);
  assert.equal(bill.byModel['anthropic/claude-sonnet-5']?.calls, 2);
});
