import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { openStore } from './open-store.ts';

describeEachBackend('opening', (it) => {
  it('finds the database by the environment and the home folder', async ({ backend, address, open }) => {
    const where =
      backend.name === 'sqlite'
        ? { path: address, databaseUrl: '' }
        : { path: '/nowhere/ledger.db', databaseUrl: address };
    const store = await openStore(where);
    const key = await store.keys.create({ name: 'k', budgets: [] }, 'hash');
    await store.close();
    assert.deepEqual((await (await open()).keys.list())[0]?.id, key.id);
    assert.equal(existsSync('/nowhere'), false);
  });
});

test('refuses a database URL of another kind without printing it, since it may contain a password', async () => {
  await assert.rejects(openStore({ path: '/nowhere/ledger.db', databaseUrl: 'mysql://me:sesame@db/x' }), {
    code: 'configuration',
    message: 'CONCLAVE_DATABASE_URL is not a postgres:// URL; correct it, or unset it to use SQLite.',
  });
});
