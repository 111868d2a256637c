import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { withStore, type TestDatabase } from '../../test/support/each-backend.ts';
import { noon } from '../../test/support/ledger-samples.ts';
import type { Store } from '../core/stores/stores.ts';
import { keyRing } from './key-ring.ts';
import { keyFileOf, openAdminKey, openLocalKey } from './local-key.ts';
import { hashKey } from './virtual-keys.ts';

function withHome(
  body: (home: string, store: Store, database: TestDatabase) => Promise<void>,
): Promise<void> {
  return withStore((store, database) => body(join(dirname(database.address), 'home'), store, database));
}

test('adds the local key to the store, with a budget of $5 a day that allows unknown prices', () =>
  withHome(async (home, { keys }) => {
    const { key } = await openLocalKey({ home, environment: {}, keys });
    const principal = await keyRing({ keys, now: () => noon }).authenticate(key);
    assert.equal(principal?.name, 'local');
    assert.equal(principal?.boundedCost, false);
    const [stored] = await keys.list();
    assert.deepEqual(stored?.budgets, [{ window: 'day', limitUsd: 5, unknownPrices: 'allow' }]);
    assert.equal((await openLocalKey({ home, environment: {}, keys })).key, key);
    assert.equal((await keys.list()).length, 1);
  }));

test('the key in the file names its machine, also one that was added without it; one from a variable names none', () =>
  withHome(async (home, { keys }) => {
    const { key } = await openLocalKey({ home, environment: {}, keys });
    const hostOf = async (secret: string) => (await keys.find(hashKey(secret)))?.host;
    assert.equal(await hostOf(key), hostname());
    const [stored] = await keys.list();
    await keys.change(stored?.id ?? '', { host: null });
    assert.equal(await hostOf(key), undefined);
    await openLocalKey({ home, environment: {}, keys });
    assert.equal(await hostOf(key), hostname());
    await openLocalKey({ home, environment: { CONCLAVE_API_KEY: 'my-own-key' }, keys });
    assert.equal(await hostOf('my-own-key'), undefined);
  }));

test('concurrent starts add the key once', () =>
  withHome(async (home, store, { open }) => {
    const stores = [store, await open(), await open()];
    const opened = await Promise.all(stores.map(({ keys }) => openLocalKey({ home, environment: {}, keys })));
    assert.equal(new Set(opened.map(({ key }) => key)).size, 1);
    assert.equal((await stores[0]?.keys.list())?.length, 1);
  }));

test('CONCLAVE_API_KEY and CONCLAVE_ADMIN_KEY replace the files, which are then not created', () =>
  withHome(async (home, { keys }) => {
    // As read from a file, with its line break.
    const environment = { CONCLAVE_API_KEY: 'my-own-key\n', CONCLAVE_ADMIN_KEY: ' my-admin-key\r\n' };
    assert.equal((await openLocalKey({ home, environment, keys })).key, 'my-own-key');
    assert.equal(openAdminKey({ home, environment }).key, 'my-admin-key');
    assert.equal((await keyRing({ keys, now: () => noon }).authenticate('my-own-key'))?.name, 'local');
    assert.ok(!readdirSync(dirname(home)).includes('home'));
  }));

test('keeps the admin key in a file of its own', () =>
  withHome(async (home, { keys }) => {
    const local = await openLocalKey({ home, environment: {}, keys });
    const admin = openAdminKey({ home, environment: {} });
    assert.notEqual(admin.key, local.key);
    assert.deepEqual(readdirSync(home).sort(), ['admin.key', 'local.key']);
  }));

test('the key file belongs to the key in it, and to none if it cannot be read; looking changes nothing', () =>
  withHome(async (home, { keys }) => {
    const path = join(home, 'local.key');
    const { key } = await openLocalKey({ home, environment: {}, keys });
    const id = (await keys.find(hashKey(key)))?.id ?? '';
    chmodSync(path, 0o644);
    const { mode } = statSync(path);
    assert.equal(await keyFileOf(id, { home, keys }), path);
    assert.equal(await keyFileOf('another', { home, keys }), undefined);
    assert.equal(statSync(path).mode, mode);
    writeFileSync(path, 'damaged');
    assert.equal(await keyFileOf(id, { home, keys }), undefined);
    rmSync(path);
    assert.equal(await keyFileOf(id, { home, keys }), undefined);
    mkdirSync(path);
    assert.equal(await keyFileOf(id, { home, keys }), undefined);
  }));
