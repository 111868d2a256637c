import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import { budgetWindows, type BudgetWindow, type Store } from '../core/stores/stores.ts';
import { windowStart } from './books/budget-window.ts';

const known = { unknownPrice: false };
const dollar = 1_000_000_000n;
const hour = 3_600_000;
const day = 24 * hour;

describeEachBackend('changed budgets', (it) => {
  it('include what their key had spent and reserved in their window before the budget existed', async (database) => {
    const store = await database.open();
    const keyId = await keyWithout(store);
    await call(store, { id: 'yesterday', keyId, startedAt: noon - day, cost: 3n });
    await call(store, { id: 'today', keyId, cost: 250n });
    await store.ledger.open(intent({ id: 'a', keyId, reserved: dollar }), known);
    await setBudgets(store, keyId, 'day', 'total');
    assert.deepEqual(await standing(store, keyId), [`day 250/${dollar}`, `total 253/${dollar}`]);
    assert.equal((await store.ledger.open(intent({ keyId, reserved: 1n }), known)).ok, false);
    await store.ledger.settle(settlement('a', { cost: 40n }));
    assert.deepEqual(await standing(store, keyId), ['day 290/0', 'total 293/0']);
    await setBudgets(store, keyId, 'month', 'hour');
    assert.deepEqual(await standing(store, keyId), ['month 293/0', 'hour 290/0']);
  });

  it('keep counting while they are removed, and hold nothing for a call that ended meanwhile', async (database) => {
    const store = await database.open();
    const keyId = await keyWithout(store);
    await setBudgets(store, keyId, 'total');
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 600n }), known);
    await setBudgets(store, keyId, 'day');
    await store.ledger.holdMore('a', 50n);
    await store.ledger.settle(settlement('a', { cost: 40n }));
    await setBudgets(store, keyId, 'total');
    assert.deepEqual(await standing(store, keyId), ['total 40/0']);
  });

  it('count the windows of a ledger that only counted them for the budgets of the time', async (database) => {
    const older = await database.open({ now: () => noon });
    const keyId = await keyWithout(older);
    await setBudgets(older, keyId, 'day');
    for (const [id, age] of Object.entries({
      day: 1,
      week: 13,
      month: 61,
      alsoMonth: 14 * 24,
      total: 60 * 24,
    })) {
      await call(older, { id, keyId, startedAt: noon - age * hour + 1, cost: 100n });
    }
    await older.ledger.open(intent({ id: 'under-way', keyId, reserved: 70n }), known);
    await older.ledger.open(intent({ id: 'child', keyId, reservationId: 'under-way' }), known);
    await older.ledger.settle(settlement('child', { cost: 30n }));
    // The ledger is one from before version 14. Another 900 of a total budget were spent by deleted calls, and changes left reservations behind.
    await database.backend.execute(
      database.address,
      `DELETE FROM spending WHERE period IN ('hour', 'week', 'month');
       UPDATE spending SET reserved = -5, spent = 1430 WHERE period = 'total';
       ALTER TABLE threads DROP COLUMN local_only;
       ALTER TABLE calls DROP COLUMN billed_tier;
       ALTER TABLE attempts DROP COLUMN tier;
       DROP TABLE key_rotations;
       ALTER TABLE virtual_keys DROP COLUMN host;
       ALTER TABLE virtual_keys DROP COLUMN last_used_at;
       DELETE FROM schema_versions WHERE version >= 14`,
    );
    const newer = await database.open({ now: () => noon });
    await setBudgets(newer, keyId, ...budgetWindows);
    assert.deepEqual(await standing(newer, keyId), [
      'hour 30/40',
      'day 130/40',
      'week 230/40',
      'month 430/40',
      'total 1430/40',
    ]);
  });

  it('equal the sums of the ledger after any order of changes and calls by several processes', async (database) => {
    const stores = [await database.open(), await database.open()] as const;
    const step = fc.record({
      process: fc.constantFrom(0, 1),
      passed: fc.constantFrom(0, 40 * 60_000, 9 * hour, 5 * day),
      does: fc.oneof(
        fc.record({ opens: fc.integer({ min: 0, max: 900 }) }),
        fc.record({ settles: fc.integer({ min: 0, max: 900 }) }),
        fc.record({ sets: fc.uniqueArray(fc.constantFrom(...budgetWindows)) }),
      ),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        run += 1;
        const keyId = await keyWithout(stores[0]);
        let at = noon;
        const calls: { id: string; at: number; reserved: bigint; spent: bigint }[] = [];
        for (const { process, passed, does } of steps) {
          const store = stores[process];
          at += passed;
          if ('opens' in does) {
            const [id, reserved] = [`r${run}-${calls.length}`, BigInt(does.opens)];
            await store.ledger.open(intent({ id, keyId, startedAt: at, reserved }), known);
            calls.push({ id, at, reserved, spent: 0n });
          } else if ('settles' in does) {
            const open = calls.find(({ reserved }) => reserved > 0n);
            if (!open) continue;
            Object.assign(open, { reserved: 0n, spent: BigInt(does.settles) });
            await store.ledger.settle(settlement(open.id, { cost: BigInt(does.settles) }));
          } else {
            await setBudgets(store, keyId, ...does.sets);
          }
        }
        await setBudgets(stores[1], keyId, ...budgetWindows);
        const expected = budgetWindows.map((window) => {
          const inside = calls.filter((made) => windowStart(window, made.at) === windowStart(window, at));
          const sum = (member: 'spent' | 'reserved') => inside.reduce((all, made) => all + made[member], 0n);
          return `${window} ${sum('spent')}/${sum('reserved')}`;
        });
        assert.deepEqual(await standing(stores[0], keyId, at), expected);
      }),
      { numRuns: 25 },
    );
  });
});

let keys = 0;

async function keyWithout(store: Store): Promise<string> {
  keys += 1;
  return (await store.keys.create({ name: `team-${keys}`, budgets: [] }, `hash-${keys}`)).id;
}

async function setBudgets(store: Store, keyId: string, ...windows: BudgetWindow[]): Promise<void> {
  const budgets = windows.map((window) => ({ window, limitUsd: 1, unknownPrices: 'refuse' as const }));
  await store.keys.change(keyId, { budgets });
}

async function call(
  { ledger }: Store,
  { cost, ...members }: { id: string; keyId: string; startedAt?: number; cost: bigint },
): Promise<void> {
  await ledger.open(intent(members), known);
  await ledger.settle(settlement(members.id, { cost }));
}

/** Window and `spent/reserved` of each budget of the key. */
async function standing(store: Store, keyId: string, at = noon): Promise<string[]> {
  const standings = await store.keys.budgets(keyId, at);
  return standings.map(({ window, spent, reserved }) => `${window} ${spent}/${reserved}`);
}
