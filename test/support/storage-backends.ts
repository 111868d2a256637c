import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../src/core/stores/stores.ts';
import type { Ms } from '../../src/core/units.ts';
import { openPostgresStore } from '../../src/storage/postgres/open-postgres-store.ts';
import { openSqliteStore } from '../../src/storage/sqlite/open-sqlite-store.ts';
import {
  createPostgresSchema,
  dropPostgresSchema,
  executeInPostgres,
  postgresUnavailable,
} from './postgres-cluster.ts';

/** Who a store believes to be, and its clock; absent: this process and the wall clock. */
export type StoreSettings = {
  readonly now?: () => Ms;
  readonly identity?: { readonly host: string; readonly pid: number; readonly startedAt: Ms };
};

export type StorageBackend = {
  readonly name: string;
  /** Why it cannot be tested here; absent: it can. */
  readonly unavailable?: string;
  /** Makes an empty database and returns where it is: a path or a URL. */
  create(): Promise<string>;
  /** Several stores, also of several processes, may be open at one address. */
  open(address: string, settings?: StoreSettings): Promise<Store>;
  /** Does to the rows what no code of today would do: as an older Conclave left them. */
  execute(address: string, sql: string): Promise<void>;
  /** Fails where the database itself says that it is damaged. */
  verify(address: string): Promise<void>;
  remove(address: string): Promise<void>;
};

const sqlite: StorageBackend = {
  name: 'sqlite',
  create: async () => join(mkdtempSync(join(tmpdir(), 'conclave-store-')), 'ledger.db'),
  open: (path, settings = {}) => openSqliteStore({ path, ...settings }),
  async execute(path, sql) {
    using database = new DatabaseSync(path);
    database.exec(sql);
  },
  async verify(path) {
    using database = new DatabaseSync(path);
    assert.deepEqual(
      database
        .prepare('PRAGMA integrity_check')
        .all()
        .map((row) => row['integrity_check']),
      ['ok'],
    );
  },
  remove: async (path) => rmSync(dirname(path), { recursive: true, force: true }),
};

const postgres: StorageBackend = {
  name: 'postgres',
  ...(postgresUnavailable !== undefined && { unavailable: postgresUnavailable }),
  create: createPostgresSchema,
  open: (url, settings = {}) => openPostgresStore({ url, ...settings }),
  execute: executeInPostgres,
  // A client's death cannot damage the server's files.
  verify: async () => undefined,
  remove: dropPostgresSchema,
};

/** Every backend runs every contract: a new one is tested by being listed. */
export const storageBackends: readonly StorageBackend[] = [sqlite, postgres];
