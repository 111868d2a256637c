import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../src/core/stores.ts';
import type { Ms } from '../src/core/units.ts';
import { openSqliteStore } from '../src/storage/sqlite/open-sqlite-store.ts';

/** Who a store believes to be, and its clock; absent: this process and the wall clock. */
export type StoreSettings = {
  readonly now?: () => Ms;
  readonly identity?: { readonly host: string; readonly pid: number; readonly startedAt: Ms };
};

/** An empty database that several stores may open at once. */
export type TestDatabase = {
  open(settings?: StoreSettings): Promise<Store>;
  /** What a child process needs to open it too. */
  readonly address: string;
  remove(): Promise<void>;
};

export type StorageBackend = {
  readonly name: string;
  /** Why it cannot be tested here; absent: it can. */
  readonly unavailable?: string;
  create(): Promise<TestDatabase>;
};

/** Every backend runs every contract: a new one is tested by being listed. */
export const storageBackends: readonly StorageBackend[] = [
  {
    name: 'sqlite',
    async create() {
      const folder = mkdtempSync(join(tmpdir(), 'conclave-store-'));
      const path = join(folder, 'ledger.db');
      return {
        address: path,
        open: (settings = {}) => openSqliteStore({ path, ...settings }),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  },
];
