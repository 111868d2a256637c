import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { intent, settlement } from '../../../test/support/ledger-samples.ts';
import { openReadingThread } from './reading-thread.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

test('closing ends a report that still reads', async (t) => {
  const path = join(tempFolder(t), 'ledger.db');
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  const rows = Array.from({ length: 2_000 }, () => intent());
  await Promise.all(rows.map((row) => store.ledger.open(row, { unknownPrice: false })));
  const thread = openReadingThread(path, () => assert.fail('the file is still there'));
  const [counted] = await thread.all({ sql: 'SELECT count(*) AS calls FROM calls', values: [] });
  assert.equal(counted?.['calls'], 2_000n);
  const sql = 'SELECT count(*) FROM calls a, calls b, calls c WHERE a.id || b.id || c.id = ?';
  const refused = assert.rejects(thread.all({ sql, values: ['x'] }), { message: 'The store is closed.' });
  await sleep(200);
  const startedAt = performance.now();
  await thread.close();
  const tookMs = performance.now() - startedAt;
  await refused;
  assert.ok(tookMs < 2_000, `closing took ${tookMs.toFixed(0)} ms`);
});

async function storeOf(path: string, calls: number) {
  const store = await openSqliteStore({ path });
  for (let n = 0; n < calls; n += 1) {
    const row = intent();
    await store.ledger.open(row, { unknownPrice: false });
    await store.ledger.settle(settlement(row.id));
  }
  const counted = async () => (await store.ledger.costs({ by: 'model', since: 0 })).calls;
  return { store, counted };
}

test('reports read the file that the store opened, even if another has taken its place', async (t) => {
  for (const isAskedBefore of [false, true]) {
    const path = join(tempFolder(t), 'ledger.db');
    const { store, counted } = await storeOf(path, 5);
    t.after(() => store.close());
    if (isAskedBefore) assert.equal(await counted(), 5);
    for (const end of ['', '-wal', '-shm']) renameSync(`${path}${end}`, `${path}.old${end}`);
    assert.equal(await counted(), 5, 'no file');
    const other = await storeOf(path, 2);
    t.after(() => other.store.close());
    assert.deepEqual([await counted(), await other.counted()], [5, 2]);
  }
});

test('a relative path means the same file after a change of the working folder', async (t) => {
  const folder = process.cwd();
  t.after(() => process.chdir(folder));
  process.chdir(tempFolder(t));
  const { store, counted } = await storeOf('ledger.db', 5);
  t.after(() => store.close());
  process.chdir(tempFolder(t));
  assert.equal(await counted(), 5);
});
