import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  costOf,
  picoPerToken,
  priceAt,
  roughCost,
  leastCached,
  unpricedParts,
  upperBoundCost,
  type BilledAs,
  type Price,
} from './price.ts';
import { noUsage, promptTokens, completionTokens, type Usage } from './usage.ts';

const sonnet: Price = {
  input: picoPerToken(3),
  output: picoPerToken(15),
  cacheRead: picoPerToken(0.3),
  cacheWrite: picoPerToken(3.75),
  cacheWriteLong: picoPerToken(6),
  webSearch: 10_000_000_000,
  steps: [
    {
      abovePromptTokens: 200_000,
      rates: { input: picoPerToken(6), output: picoPerToken(22.5), cacheRead: picoPerToken(0.6) },
    },
  ],
};

const hour = 3_600_000;
const peaked: Price = {
  input: picoPerToken(0.2),
  output: picoPerToken(0.6),
  schedule: [
    {
      when: { kind: 'from', at: Date.UTC(2027, 0, 1) },
      rates: { input: picoPerToken(0.3), output: picoPerToken(0.9) },
    },
    {
      when: { kind: 'daily', start: 1 * hour, end: 4 * hour },
      rates: { input: picoPerToken(0.4), output: picoPerToken(1.2) },
    },
    {
      when: { kind: 'daily', start: 23 * hour, end: 0.5 * hour },
      rates: { input: picoPerToken(0.1), output: picoPerToken(0.3) },
    },
  ],
};

test('charges every bucket at its own rate, and rounds half up once', () => {
  const usage: Usage = {
    input: 1_000_001,
    output: 0,
    cacheRead: 0,
    cacheWrite: 0,
    cacheWriteLong: 0,
    reasoning: 0,
    webSearches: 0,
  };
  assert.equal(costOf({ ...noUsage, input: 1 }, { input: 499, output: 0 }, 0), 0n);
  assert.equal(costOf({ ...noUsage, input: 1 }, { input: 500, output: 0 }, 0), 1n);
  assert.equal(costOf({ ...usage, input: 100_000 }, sonnet, 0), 300_000_000n);
  assert.equal(costOf({ ...noUsage, cacheRead: 1000 }, sonnet, 0), 300_000n);
  assert.equal(costOf({ ...noUsage, cacheWrite: 1000 }, sonnet, 0), 3_750_000n);
  assert.equal(costOf({ ...noUsage, cacheWriteLong: 1000 }, sonnet, 0), 6_000_000n);
  assert.equal(costOf({ ...noUsage, reasoning: 1000 }, sonnet, 0), 15_000_000n);
  assert.equal(costOf({ ...noUsage, webSearches: 3 }, sonnet, 0), 30_000_000n);
  assert.equal(costOf(noUsage, { input: 1, output: 1, call: 5_000_000_000 }, 0), 5_000_000n);
});

test('a factor applies to tokens, and not to searches or to the call itself', () => {
  const price = { input: 2_000, output: 4_000, webSearch: 8_000, call: 16_000 };
  const usage = { ...noUsage, input: 1, output: 1, webSearches: 1 };
  for (const [percent, cost] of [
    [50, 3n + 24n],
    [100, 6n + 24n],
    [200, 12n + 24n],
  ] as const) {
    assert.equal(costOf(usage, price, 0, { percent }), cost);
  }
});

test('audio is charged at its own rate, and never as more tokens than the provider counted', () => {
  const price = { input: 1_000, output: 2_000, inputAudio: 10_000, outputAudio: 20_000 };
  const usage = { ...noUsage, input: 5, output: 5 };
  const cost = (billed: BilledAs) => costOf(usage, price, 0, billed);
  assert.equal(cost({ audioInput: 2 }), 3n + 20n + 10n);
  assert.equal(cost({ audioOutput: 2 }), 5n + 6n + 40n);
  assert.equal(cost({ audioInput: 5, audioOutput: 5 }), 50n + 100n);
  assert.equal(cost({ audioInput: 9, audioOutput: 9 }), 50n + 100n);
  const unknown = { input: 1_000, output: 2_000 };
  assert.equal(costOf(usage, unknown, 0, { audioInput: 2, audioOutput: 2 }), costOf(usage, unknown, 0));
});

test('names what a price leaves open, as far as the usage has any of it', () => {
  const rates = { input: 1, output: 1 };
  const usage = { ...noUsage, input: 9, output: 9, cacheWriteLong: 1, webSearches: 1 };
  const audio = { audioInput: 1, audioOutput: 1 };
  const open = { audio: 'audio tokens', spoken: 'audio tokens of the answer', search: 'web searches' };
  const long = 'cache writes for an hour';
  const cases: readonly (readonly [Price, readonly string[]])[] = [
    [rates, [open.audio, open.spoken, open.search]],
    [{ ...rates, inputAudio: 1 }, [open.spoken, open.search]],
    [{ ...rates, outputAudio: 1 }, [open.audio, open.search]],
    [{ ...rates, webSearch: 0 }, [open.audio, open.spoken]],
    // A price per call includes its searches.
    [{ ...rates, call: 1 }, [open.audio, open.spoken]],
    [{ ...rates, cacheWrite: 1 }, [open.audio, open.spoken, open.search, long]],
    [{ ...rates, cacheWrite: 1, cacheWriteLong: 1 }, [open.audio, open.spoken, open.search]],
  ];
  for (const [price, parts] of cases) {
    assert.deepEqual(unpricedParts(usage, price, 0, audio), parts);
    assert.deepEqual(unpricedParts({ ...noUsage, input: 9, output: 9 }, price, 0), []);
  }
});

test('the estimate for ranking reads cached tokens at their own rate, and is what the call would cost', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Price>(sonnet, { ...sonnet, call: 7_000_000 }, { input: 3_000, output: 5_000 }),
      fc.nat(400_000),
      fc.nat(400_000),
      fc.nat(9_000),
      (price, input, cached, output) => {
        const usage = { ...noUsage, input, cacheRead: cached, output };
        const rough = roughCost(price, input + cached, output, 0, cached);
        assert.ok(Math.abs(rough - Number(costOf(usage, price, 0))) <= 0.5);
        if (input + cached < leastCached) return;
        const unasked = roughCost({ ...price, cachesUnasked: true }, input + cached, output, 0, cached);
        const written = { ...noUsage, cacheWrite: input, cacheRead: cached, output };
        assert.ok(Math.abs(unasked - Number(costOf(written, price, 0))) <= 0.5);
      },
    ),
  );
});

test('charges a prompt above the step the higher rates for all of it, cached tokens included', () => {
  assert.equal(costOf({ ...noUsage, input: 200_000 }, sonnet, 0), 600_000_000n);
  assert.equal(costOf({ ...noUsage, input: 200_001 }, sonnet, 0), 1_200_006_000n);
  assert.equal(
    costOf({ ...noUsage, input: 1, cacheRead: 200_000, output: 10 }, sonnet, 0),
    120_000_000n + 6_000n + 225_000n,
  );
});

test('applies peak hours, hours across midnight and announced prices at the right times', () => {
  const day = Date.UTC(2026, 10, 21);
  const inputAt = (at: number) => priceAt(peaked, at).input;
  assert.equal(inputAt(day + 12 * hour), picoPerToken(0.2));
  assert.equal(inputAt(day + 1 * hour), picoPerToken(0.4));
  assert.equal(inputAt(day + 4 * hour - 1), picoPerToken(0.4));
  assert.equal(inputAt(day + 4 * hour), picoPerToken(0.2));
  assert.equal(inputAt(day + 23 * hour), picoPerToken(0.1));
  assert.equal(inputAt(day + 0.25 * hour), picoPerToken(0.1));
  assert.equal(inputAt(Date.UTC(2027, 0, 1, 12)), picoPerToken(0.3));
  assert.equal(inputAt(Date.UTC(2027, 0, 1, 2)), picoPerToken(0.4));
});

test('applies peak hours only on their days', () => {
  const daily = { kind: 'daily', start: 1 * hour, end: 4 * hour, days: [1, 2, 3, 4, 5] } as const;
  const price = { input: 1, output: 1, schedule: [{ when: daily, rates: { input: 2, output: 2 } }] };
  // The 21st of November 2026 is a Saturday.
  const inputs = [20, 21, 22, 23].map((day) => priceAt(price, Date.UTC(2026, 10, day, 2)).input);
  assert.deepEqual(inputs, [2, 1, 1, 2]);
});

test('the upper bound includes the price of a call', () => {
  const price = { input: 0, output: 0, call: 5_000_000_000 };
  assert.equal(upperBoundCost(price, { prompt: 1, completion: 1, at: 0 }), 5_000_000n);
});

test('no usage within the sizes costs more than the upper bound, for calls of up to a day', () => {
  const count = fc.nat({ max: 150_000 });
  const usages = fc.record({
    input: count,
    output: count,
    cacheRead: count,
    cacheWrite: count,
    cacheWriteLong: count,
    reasoning: count,
    webSearches: fc.constant(0),
  });
  const moments = fc.integer({ min: Date.UTC(2026, 11, 25), max: Date.UTC(2027, 0, 5) });
  fc.assert(
    fc.property(
      usages,
      fc.constantFrom(sonnet, peaked, { ...peaked, call: 14_000_000_000 }),
      moments,
      fc.nat(24 * hour),
      (usage, price, begun, passed) => {
        const sizes = { prompt: promptTokens(usage), completion: completionTokens(usage) };
        const bound = upperBoundCost(price, { ...sizes, at: begun });
        assert.ok(costOf(usage, price, begun + passed) <= bound);
      },
    ),
  );
});

test('a price rise weeks ahead does not raise reservations today', () => {
  const { schedule = [], ...base } = peaked;
  const announced = { ...base, schedule: schedule.slice(0, 1) };
  const boundAt = (at: number) => upperBoundCost(announced, { prompt: 1_000_000, completion: 0, at });
  assert.equal(boundAt(Date.UTC(2026, 10, 21)), 200_000_000n);
  assert.equal(boundAt(Date.UTC(2026, 11, 31, 12)), 300_000_000n);
  assert.equal(boundAt(Date.UTC(2027, 5, 1)), 300_000_000n);
});

test('computes a cost too large for a double exactly', () => {
  const usage = { ...noUsage, input: 1e12 + 1, output: 1 };
  assert.equal(costOf(usage, { input: 1e6, output: 2_000 }, 0), 1_000_000_000_001_002n);
});
