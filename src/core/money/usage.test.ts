import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { addUsage, completionTokens, isCredible, promptTokens, subtractUsage, type Usage } from './usage.ts';

const count = fc.nat({ max: 1_000_000 });
const usages: fc.Arbitrary<Usage> = fc.record(
  {
    input: count,
    output: count,
    cacheRead: count,
    cacheWrite: count,
    cacheWriteLong: count,
    reasoning: count,
    webSearches: count,
  },
  { noNullPrototype: true },
);
const buckets = [
  'input',
  'output',
  'cacheRead',
  'cacheWrite',
  'cacheWriteLong',
  'reasoning',
  'webSearches',
] as const;

test('usages are added and subtracted bucket by bucket', () => {
  fc.assert(
    fc.property(usages, usages, (a, b) => {
      const sum = addUsage(a, b);
      for (const bucket of buckets) assert.equal(sum[bucket], a[bucket] + b[bucket], bucket);
      assert.deepEqual(subtractUsage(sum, b), a);
    }),
  );
});

test('every token is counted once, in the prompt or in the completion', () => {
  fc.assert(
    fc.property(usages, (usage) => {
      const all = buckets.reduce((sum, bucket) => sum + usage[bucket], 0);
      assert.equal(promptTokens(usage) + completionTokens(usage), all - usage.webSearches);
      assert.equal(completionTokens(usage), usage.output + usage.reasoning);
    }),
  );
});

test('a count that no call can have is not credible, in whichever bucket', () => {
  fc.assert(
    fc.property(usages, fc.constantFrom(...buckets), (usage, bucket) => {
      assert.equal(isCredible(usage), true);
      assert.equal(isCredible({ ...usage, [bucket]: 1e9 + 1 }), false);
    }),
  );
});
