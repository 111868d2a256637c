import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { budgetWindows } from '../../core/stores/stores.ts';
import { windowStart } from './budget-window.ts';
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

test('writes counters in one order, whatever the order of calls, so that writers do not deadlock', () => {
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

test('a transaction adds the changes of all its calls to the counter of every window', () => {
  fc.assert(
    fc.property(calls, (accounts) => {
      const counters = openCounters(noBudgets);
      for (const account of accounts) counters.move(account, { spent: 1n, reserved: 2n });
      const changes = counters.changes();
      for (const { keyId, window, start, simulated, spent, reserved } of changes) {
        const inside = accounts.filter(
          (one) =>
            one.keyId === keyId && one.simulated === simulated && windowStart(window, one.at) === start,
        );
        assert.deepEqual([spent, reserved], [BigInt(inside.length), BigInt(2 * inside.length)]);
      }
      for (const window of budgetWindows) {
        const written = changes.filter((change) => change.window === window);
        assert.equal(
          written.reduce((sum, { spent }) => sum + spent, 0n),
          BigInt(accounts.length),
        );
      }
    }),
  );
});
