import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { tempFolder } from '../support/temp-folder.ts';

// Node's permission model forbids threads unless told otherwise.

const program = `
  const { openSqliteStore } = await import(process.env.STORE);
  const { intent, settlement } = await import(process.env.SAMPLES);
  const store = await openSqliteStore({ path: process.env.LEDGER });
  for (let n = 0; n < 500; n += 1) {
    const row = intent();
    await store.ledger.open(row, { unknownPrice: false });
    await store.ledger.settle(settlement(row.id));
  }
  const { calls } = await store.ledger.costs({ by: 'model', since: 0 });
  await store.close();
  process.stdout.write(String(calls));
`;

test('where threads are forbidden, writes and reports go on without them', async (t) => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      '--permission',
      '--allow-fs-read=*',
      '--allow-fs-write=*',
      '--disable-warning=SecurityWarning',
      '--input-type=module',
      '--eval',
      program,
    ],
    {
      env: {
        STORE: new URL('../../src/storage/sqlite/open-sqlite-store.ts', import.meta.url).href,
        SAMPLES: new URL('../support/ledger-samples.ts', import.meta.url).href,
        LEDGER: join(tempFolder(t), 'ledger.db'),
      },
    },
  );
  assert.equal(stdout, '500');
});
