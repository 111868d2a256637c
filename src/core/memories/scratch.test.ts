import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scratch } from './scratch.ts';

test('returns the same buffers until more numbers are needed than they hold', () => {
  const room = scratch((length) => new Int32Array(length), 4);
  const small = room(4);
  assert.equal(room(2), small);
  const large = room(5);
  assert.ok(large !== small && large.length >= 5);
  assert.equal(room(3), large);
});
