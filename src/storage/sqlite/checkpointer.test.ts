import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { intent, settlement } from '../../../test/support/ledger-samples.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { until } from '../../../test/support/until.ts';

/**
 * A good part of the size of 4,000 rows; the thread starts after enough has been written, and leaves the rows after
 * that in the log.
 */
const maxRows = 500_000;

test('moves written rows from the log into the database while the store is open', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'conclave-sqlite-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'ledger.db');
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  const emptySize = statSync(path).size;
  for (let round = 0; round < 40; round += 1) {
    const rows = Array.from({ length: 100 }, () => intent());
    await Promise.all(rows.map((row) => store.ledger.open(row, { unknownPrice: false })));
    await Promise.all(rows.map(({ id }) => store.ledger.settle(settlement(id))));
  }
  const grown = () => statSync(path).size - emptySize;
  await until(
    () => grown() >= maxRows,
    () => `the thread has moved rows of ${grown()} bytes`,
    { everyMs: 20 },
  );
  assert.equal((await store.ledger.costs({ since: 0, by: 'model' })).calls, 4_000);
});
