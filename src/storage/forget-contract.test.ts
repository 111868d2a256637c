import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { attempt, intent, noon, settlement } from '../../test/support/ledger-samples.ts';

const known = { unknownPrice: false };
const day = 86_400_000;
/** Long before the moments that the tests forget up to: even a month that began then has ended. */
const old = noon - 90 * day;

describeEachBackend('forgetting', (it) => {
  it('deletes ended calls from before a moment with all that belongs to them, and nothing else', async (database) => {
    const store = await database.open();
    const { ledger, keys } = store;
    const { id: keyId } = await keys.create(
      {
        name: 'k',
        budgets: [
          { window: 'total', limitUsd: 1, unknownPrices: 'refuse' },
          { window: 'day', limitUsd: 1, unknownPrices: 'refuse' },
        ],
      },
      'hash',
    );
    const bodies = { request: 'asked', reply: 'answered' };
    for (let at = 0; at < 250; at += 1) {
      const row = intent({ keyId, startedAt: old + at });
      await ledger.open(row, known);
      const thoughts = [{ proof: `p${at}`, account: 'lab', isPortable: false }];
      await ledger.settle(settlement(row.id, { bodies, attempts: [attempt({ thoughts })] }));
      if (at === 0) {
        await ledger.addOutcome({ callId: row.id, at: noon, kind: 'vote', score: 1, source: 'person' });
      }
    }
    const running = intent({ keyId, startedAt: old, reserved: 7n });
    const young = intent({ keyId, startedAt: noon });
    await ledger.open(running, known);
    await ledger.open(young, known);
    await ledger.settle(settlement(young.id));

    assert.equal(await ledger.latestCallAt(noon), old + 249);
    // Part of a day need not be whole milliseconds.
    assert.equal(await ledger.latestCallAt(old + 9.5), old + 8);
    assert.equal(await ledger.forget(noon - 30.123456789 * day), 250);
    assert.equal(await ledger.latestCallAt(old), undefined);
    assert.equal(await ledger.forget(noon - 30 * day), 0);
    assert.equal((await ledger.makersOf(['p0', 'p249'])).size, 0);
    const left = await ledger.recent({ limit: 500 });
    assert.deepEqual(left.map(({ id }) => id).sort(), [running.id, young.id].sort());
    assert.equal((await ledger.attempts(young.id)).length, 1);
    const [total] = await keys.budgets(keyId, noon);
    assert.equal(total?.spent, 25_100n, 'a total budget keeps its spending');
    assert.equal(total?.reserved, 7n);
    await ledger.settle(settlement(running.id));
    assert.equal((await ledger.show(running.id))?.state, 'ok');
    assert.equal(await ledger.forget(noon - 30 * day), 1);
    assert.equal((await keys.budgets(keyId, noon))[0]?.spent, 25_200n);
  });

  it('deletes the money of windows that ended long ago, except what a running call has reserved', async (database) => {
    const { ledger, keys } = await database.open();
    const windows = ['total', 'month', 'week', 'day', 'hour'] as const;
    const budgets = windows.map((window) => ({ window, limitUsd: 1, unknownPrices: 'refuse' }) as const);
    const { id: keyId } = await keys.create({ name: 'k', budgets }, 'hash');
    const [ended, running] = [
      intent({ keyId, startedAt: old }),
      intent({ keyId, startedAt: old, reserved: 7n }),
    ];
    await ledger.open(ended, known);
    await ledger.settle(settlement(ended.id));
    await ledger.open(running, known);
    const standing = async () =>
      new Set(
        (await keys.budgets(keyId, old)).map(({ window, spent, reserved }) =>
          window === 'total' ? `total ${spent} ${reserved}` : `${spent} ${reserved}`,
        ),
      );
    await ledger.forget(noon);
    assert.deepEqual(await standing(), new Set(['total 100 7', '100 7']));
    await ledger.settle(settlement(running.id));
    assert.deepEqual(await standing(), new Set(['total 200 0', '200 0']));
    await ledger.forget(noon);
    assert.deepEqual(await standing(), new Set(['total 200 0', '0 0']));
  });

  it('keeps the money of windows that still run', async (database) => {
    const { ledger, keys } = await database.open();
    const windows = ['month', 'week', 'day', 'hour'] as const;
    const budgets = windows.map((window) => ({ window, limitUsd: 1, unknownPrices: 'refuse' }) as const);
    const { id: keyId } = await keys.create({ name: 'k', budgets }, 'hash');
    // The first of the month, and the Monday of the week of noon.
    for (const startedAt of [noon - 14 * day, noon - 2 * day]) {
      const row = intent({ keyId, startedAt });
      await ledger.open(row, known);
      await ledger.settle(settlement(row.id));
    }
    const spent = async () =>
      (await keys.budgets(keyId, noon)).map((standing) => `${standing.window} ${standing.spent}`).sort();
    assert.deepEqual(await spent(), ['day 0', 'hour 0', 'month 200', 'week 100']);
    assert.equal(await ledger.forget(noon - day), 2);
    assert.deepEqual(await spent(), ['day 0', 'hour 0', 'month 200', 'week 100']);
  });
});
