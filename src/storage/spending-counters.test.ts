import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { inLockOrder, openCounters } from './spending-counters.ts';

const noBudgets = { budgetsOf: () => [], read: () => ({ spent: 0n, reserved: 0n }) };
const hourMs = 3_600_000;
const calls = fc.array(
  fc.record({
    keyId: fc.constantFrom('admin', 'one', 'two'),
    at: fc.integer({ min: 0, max: 100 }).map((hour) => Date.UTC(2026, 0, 1) + hour * hourMs),
    simulated: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20 },
);

test('in whichever order calls come, their counters are written in one order: nobody waits for each other', () => {
  fc.assert(
    fc.property(calls, (accounts) => {
      const written = (list: typeof accounts) => {
        const counters = openCounters(noBudgets);
        for (const account of list) counters.move(account, { spent: 1n, reserved: 2n });
        return inLockOrder(counters.changes());
      };
      assert.deepEqual(written(accounts), written(accounts.toReversed()));
    }),
  );
});
