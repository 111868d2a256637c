import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { movedToFront } from './moved-to-front.ts';

test('moves one item to the front and keeps the order of the others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { minLength: 1 }), fc.nat(), (list, nth) => {
      const leader = list[nth % list.length] ?? 0;
      assert.deepEqual(movedToFront(leader, list), [leader, ...list.filter((one) => one !== leader)]);
    }),
  );
});
