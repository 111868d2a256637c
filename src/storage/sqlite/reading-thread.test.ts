import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { intent } from '../../../test/support/ledger-samples.ts';
import { openReadingThread } from './reading-thread.ts';
import { openSqliteStore } from './open-sqlite-store.ts';

test('closing ends a report that still reads', async (t) => {
  const path = join(tempFolder(t), 'ledger.db');
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  const rows = Array.from({ length: 2_000 }, () => intent());
  await Promise.all(rows.map((row) => store.ledger.open(row, { unknownPrice: false })));
  const thread = openReadingThread(path);
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
