import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage } from '../../../core/money/usage.ts';
import { readUsage } from './usage.ts';

test('cached tokens are part of the input, unless there are more of them than it has', () => {
  const details = { cached_tokens: 60, cache_write_tokens: 7 };
  const usageOf = (input: number) =>
    readUsage({ input_tokens: input, output_tokens: 20, input_tokens_details: details }, 0);
  const expected = { ...noUsage, cacheRead: 60, cacheWrite: 7, output: 20 };
  assert.deepEqual(usageOf(100), { ...expected, input: 33 });
  assert.deepEqual(usageOf(67), expected);
  assert.deepEqual(usageOf(5), { ...expected, input: 5 });
});
