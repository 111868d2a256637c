import assert from 'node:assert/strict';
import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { intent, settlement } from '../../../test/support/ledger-samples.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { threadsOf } from './threads-of.ts';

test('no thread is started, and nothing fails, if the path can no longer be followed', async (t) => {
  const folder = join(tempFolder(t), 'home');
  renameSync(tempFolder(t, { 'ledger.db': '' }), folder);
  const path = join(folder, 'ledger.db');
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  const startThread = threadsOf(path);
  renameSync(folder, `${folder}-moved`);
  symlinkSync(folder, folder);
  assert.equal(
    startThread(() => undefined, {}),
    undefined,
  );
  const row = intent();
  await store.ledger.open(row, { unknownPrice: false });
  await store.ledger.settle(settlement(row.id));
  assert.equal((await store.ledger.costs({ by: 'model', since: 0 })).calls, 1);
});
