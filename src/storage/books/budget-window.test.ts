import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { windowEnd, windowStart } from './budget-window.ts';
import { budgetWindows } from '../../core/stores/stores.ts';

const at = Date.UTC(2026, 10, 21, 13, 45);

test('starts windows at the hour, at midnight, on Monday and on the first, in UTC', () => {
  assert.equal(windowStart('hour', at), Date.UTC(2026, 10, 21, 13));
  assert.equal(windowStart('day', at), Date.UTC(2026, 10, 21));
  assert.equal(windowStart('week', at), Date.UTC(2026, 10, 16));
  assert.equal(windowStart('month', at), Date.UTC(2026, 10, 1));
  assert.equal(windowStart('total', at), 0);
  assert.equal(windowEnd('month', Date.UTC(2026, 11, 31)), Date.UTC(2027, 0, 1));
  assert.equal(windowEnd('total', at), undefined);
});

test('every moment lies in its window, and the next window starts where this one ends', () => {
  fc.assert(
    fc.property(fc.nat(4_000_000_000_000), fc.constantFrom(...budgetWindows), (moment, window) => {
      const [start, end] = [windowStart(window, moment), windowEnd(window, moment)];
      assert.ok(start <= moment);
      if (end === undefined) return;
      assert.ok(moment < end);
      assert.equal(windowStart(window, end), end);
      assert.equal(windowStart(window, end - 1), start);
    }),
  );
});
