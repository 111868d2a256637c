import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { intent, settlement } from '../../../test/support/ledger-samples.ts';
import type { Store } from '../../core/stores/stores.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { until } from '../../../test/support/until.ts';

/**
 * A good part of the size of 4,000 rows; the thread starts after enough has been written, and leaves the rows after
 * that in the log.
 */
const maxRows = 500_000;

test('moves written rows from the log into the database while the store is open', async (t) => {
  const { path, store } = await openStore(t);
  const emptySize = statSync(path).size;
  for (let round = 0; round < 40; round += 1) await writeCalls(store, 100);
  const grown = () => statSync(path).size - emptySize;
  await until(
    () => grown() >= maxRows,
    () => `the thread has moved rows of ${grown()} bytes`,
    { everyMs: 20 },
  );
  assert.equal((await store.ledger.costs({ since: 0, by: 'model' })).calls, 4_000);
});

test('no write waits for a report that is still reading', async (t) => {
  const { path, store } = await openStore(t);
  const undisturbed = await slowRounds(store);
  using report = new DatabaseSync(path, { readOnly: true });
  report.exec('BEGIN; SELECT count(*) FROM calls');
  const slow = await slowRounds(store);
  // Each of the seven checkpoints would take a tenth of a second. A busy machine delays writes too, but all alike.
  assert.ok(slow < undisturbed + 4, `${slow} rounds of writes were slow, ${undisturbed} without the report`);
});

/** Writes for a second or two, and returns how many rounds of writes took as long as a checkpoint that waits. */
async function slowRounds(store: Store): Promise<number> {
  let slow = 0;
  for (let round = 0; round < 200; round += 1) {
    const startedAt = performance.now();
    await writeCalls(store, 100);
    if (performance.now() - startedAt > 95) slow += 1;
  }
  return slow;
}

async function openStore(t: TestContext): Promise<{ readonly path: string; readonly store: Store }> {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-sqlite-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ledger.db');
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  return { path, store };
}

async function writeCalls({ ledger }: Store, count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => intent());
  await Promise.all(rows.map((row) => ledger.open(row, { unknownPrice: false })));
  await Promise.all(rows.map(({ id }) => ledger.settle(settlement(id))));
}

test('a store whose file was moved away makes no new one in its place', async (t) => {
  const { path, store } = await openStore(t);
  // Within the second after which the store itself notices.
  t.mock.method(performance, 'now', () => 0);
  for (const suffix of ['', '-wal', '-shm']) renameSync(path + suffix, `${path}.old${suffix}`);
  for (let round = 0; round < 40; round += 1) await writeCalls(store, 100);
  assert.equal((await store.ledger.costs({ since: 0, by: 'model' })).calls, 4_000);
  // A thread would have opened the path by then.
  await setTimeout(500);
  await store.close();
  assert.ok(!existsSync(path));
});
