import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
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
import { lastingFolder } from './temp-folder.ts';

/** The process that a store claims to be, and its clock. Absent: this process and the wall clock. */
export type StoreSettings = {
  readonly now?: () => Ms;
  readonly identity?: { readonly host: string; readonly pid: number; readonly startedAt: Ms };
};

export type StorageBackend = {
  readonly name: string;
  /** Why the backend cannot be tested here; absent: it can be. */
  readonly unavailable?: string;
  /** Creates an empty database and returns its path or URL. */
  create(): Promise<string>;
  /** Opens a store. Several stores, even in several processes, may be open at one address. */
  open(address: string, settings?: StoreSettings): Promise<Store>;
  /** Changes rows in ways that today's code does not, to recreate what an older Conclave left. */
  execute(address: string, sql: string): Promise<void>;
  /** Fails if the database reports that it is damaged. */
  verify(address: string): Promise<void>;
  remove(address: string): Promise<void>;
};

const sqlite: StorageBackend = {
  name: 'sqlite',
  create: async () => join(lastingFolder(), 'ledger.db'),
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
  // A client that dies cannot damage the server's files.
  verify: async () => undefined,
  remove: dropPostgresSchema,
};

/** Every backend runs every contract; to test a new backend, add it here. */
export const storageBackends: readonly StorageBackend[] = [sqlite, postgres];
