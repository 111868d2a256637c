import { describe, test, type TestContext } from 'node:test';
import { storageBackends, type TestDatabase } from './storage-backends.ts';

type BackendTest = (title: string, body: (database: TestDatabase) => Promise<void>) => void;

/** Runs a contract over every storage backend, each test on an empty database of its own. */
export function describeEachBackend(contract: string, declare: (it: BackendTest) => void): void {
  for (const backend of storageBackends) {
    describe(`${backend.name}: ${contract}`, () => {
      declare((title, body) => {
        test(title, async (t: TestContext) => {
          if (backend.unavailable !== undefined) return t.skip(backend.unavailable);
          const database = await backend.create();
          try {
            await body(database);
          } finally {
            await database.remove();
          }
        });
      });
    });
  }
}
