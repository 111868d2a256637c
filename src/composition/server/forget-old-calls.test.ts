import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { intent, settlement } from '../../../test/support/ledger-samples.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { until } from '../../../test/support/until.ts';
import type { Log } from '../../core/telemetry/log.ts';
import { openSqliteStore } from '../../storage/sqlite/open-sqlite-store.ts';
import { forgetOldCalls } from './forget-old-calls.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** A ledger with calls of some ages in days, and a log that keeps its lines. */
async function ledgerOf(t: TestContext, ages: readonly number[]) {
  const store = await openSqliteStore({ path: join(tempFolder(t), 'conclave.db') });
  t.after(() => store.close());
  const add = async (age: number) => {
    const row = intent({ id: `${age} days`, startedAt: Date.now() - age * day });
    await store.ledger.open(row, { unknownPrice: false });
    await store.ledger.settle(settlement(row.id));
  };
  for (const age of ages) await add(age);
  const lines: string[] = [];
  const keep: Log['info'] = (_, message) => void lines.push(message);
  return {
    store,
    add,
    lines,
    log: { level: 'debug' as const, debug: keep, info: keep, warn: keep, error: keep },
    left: async () => (await store.ledger.recent({ limit: 9 })).map(({ id }) => id),
  };
}

test('a machine whose clock is ahead of the database deletes nothing that is young', async (t) => {
  const { store, log, lines, left } = await ledgerOf(t, [50, 1]);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 400 * day });
  t.after(forgetOldCalls({ store, log }, () => 30));
  await until(() => lines.length > 0, 'the log');
  assert.deepEqual(lines, ['old calls have been deleted from the ledger']);
  assert.deepEqual(await left(), ['1 days']);
});

test('calls that are all too old are deleted after an hour, with a warning at first, unless others follow them', async (t) => {
  const { store, log, lines, left, add } = await ledgerOf(t, [60, 50]);
  t.mock.timers.enable({ apis: ['setInterval'] });
  t.after(forgetOldCalls({ store, log }, () => 30));
  await until(() => lines.length > 0, 'the warning');
  assert.match(lines[0] ?? '', /all calls .* too old .* deleted in an hour/);
  assert.equal((await left()).length, 2);
  // Somebody else wrote this by a right clock.
  await add(40);
  t.mock.timers.tick(hour);
  await until(() => lines.length > 1, 'another warning');
  assert.equal((await left()).length, 3);
  t.mock.timers.tick(hour);
  await until(() => lines.length > 2, 'the end');
  assert.deepEqual(await left(), []);
});

test('a call that has just been dated by a clock that is ahead does not spare the others the warning', async (t) => {
  const { store, log, lines, left, add } = await ledgerOf(t, [60, 50]);
  await add(0);
  t.mock.timers.enable({ apis: ['setInterval'] });
  t.after(forgetOldCalls({ store, log }, () => 30));
  await until(() => lines.length > 0, 'the warning');
  assert.match(lines[0] ?? '', /all calls .* too old .* deleted in an hour/);
  assert.equal((await left()).length, 3);
  t.mock.timers.tick(hour);
  await until(() => lines.length > 1, 'the end');
  assert.deepEqual(await left(), ['0 days']);
});

test('calls of today that follow calls of yesterday let old ones be deleted at once, also if all are kept briefly', async (t) => {
  for (const days of [30, 1, 1 / 24]) {
    const { store, log, lines, left } = await ledgerOf(t, [60, 1.5, 0.7, 0.03, 0]);
    t.after(forgetOldCalls({ store, log }, () => days));
    await until(() => lines.length > 0, 'the end');
    assert.deepEqual(lines, ['old calls have been deleted from the ledger'], String(days));
    assert.ok(!(await left()).includes('60 days'));
  }
});
