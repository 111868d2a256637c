import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberLatest } from './remember-latest.ts';

test('forgets the oldest entry first, and storing one again makes it the latest', () => {
  const known = new Map<string, number>();
  for (const [key, value] of [
    ['a', 1],
    ['b', 2],
    ['a', 3],
    ['c', 4],
  ] as const)
    rememberLatest(known, key, value, 2);
  assert.deepEqual(
    [...known],
    [
      ['a', 3],
      ['c', 4],
    ],
  );
});
