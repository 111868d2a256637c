import { describe, test, type TestContext } from 'node:test';
import type { Store } from '../../src/core/stores/stores.ts';
import { storageBackends, type StorageBackend, type StoreSettings } from './storage-backends.ts';

/** An empty database of one backend. */
export type TestDatabase = {
  readonly backend: StorageBackend;
  readonly address: string;
  /** Opens another store on the database; the end of the test closes it if it is still open. */
  open(settings?: StoreSettings): Promise<Store>;
};

type BackendTest = (title: string, body: (database: TestDatabase) => Promise<void>) => void;

/** Runs a contract on every storage backend, each test on its own database. */
export function describeEachBackend(contract: string, declare: (it: BackendTest) => void): void {
  for (const backend of storageBackends) {
    describe(`${backend.name}: ${contract}`, () => {
      declare((title, body) => {
        test(title, async (t: TestContext) => {
          if (backend.unavailable === undefined) await withDatabase(backend, body);
          else t.skip(backend.unavailable);
        });
      });
    });
  }
}

/** An empty SQLite database, for tests that need any real store. */
export async function withStore(
  body: (store: Store, database: TestDatabase) => Promise<void>,
): Promise<void> {
  const sqlite = storageBackends.find(({ name }) => name === 'sqlite');
  if (!sqlite) throw new Error('the SQLite backend is not listed');
  await withDatabase(sqlite, async (database) => body(await database.open(), database));
}

async function withDatabase(
  backend: StorageBackend,
  body: (database: TestDatabase) => Promise<void>,
): Promise<void> {
  const address = await backend.create();
  const stores: Store[] = [];
  try {
    await body({
      backend,
      address,
      async open(settings) {
        const store = await backend.open(address, settings);
        stores.push(store);
        return store;
      },
    });
  } finally {
    await Promise.all(stores.map((store) => store.close()));
    await backend.remove(address);
  }
}
