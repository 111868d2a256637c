import { accessSync, chmodSync, closeSync, constants, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { createVersionTable, migrations, schemaVersion, type SqlWords } from '../migrations/index.ts';
import { refuseNewerSchema } from '../refuse-newer-schema.ts';
import { howToRepair, isDamage } from './damage.ts';
import { retryWhileBusy } from './busy.ts';

export const sqliteWords: SqlWords = {
  bytes: 'blob',
  clustered: 'WITHOUT ROWID',
  startOfMonth: (at) => `1000 * CAST(strftime('%s', ${at} / 1000, 'unixepoch', 'start of month') AS integer)`,
};

/** How long an operation outside the hot path waits for another process. */
const patienceMs = 5_000;

/** The checkpointer acts long before that: 64 MB of log. */
const emergencyPages = 16_000;

export type SqliteConnections = {
  /** Never waits inside SQLite: its users retry without blocking the event loop. */
  readonly writer: DatabaseSync;
  readonly reader: DatabaseSync;
};

/**
 * Opens the file at `path`, creating it and its folder if absent, and brings its schema up to date.
 * @throws ConclaveError `configuration` if it cannot be used; nothing is changed then.
 */
export async function openDatabase(path: string, now: () => Ms): Promise<SqliteConnections> {
  try {
    prepareFile(path);
    await migrate(path, now);
    const writer = await retryWhileBusy(() => connect(path, 0));
    const reader = await retryWhileBusy(() => connect(path, patienceMs));
    return { writer, reader };
  } catch (cause) {
    if (cause instanceof ConclaveError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const remedy = isDamage(cause)
      ? howToRepair(path)
      : 'Make the file and its folder readable and writable, or set CONCLAVE_HOME to another folder.';
    throw new ConclaveError('configuration', `Cannot use the database ${path}: ${reason}. ${remedy}`, {
      cause,
    });
  }
}

/** Tags, errors and, if configured, bodies are private: only the owner may access the file. */
function prepareFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // SQLite would open a file that it cannot write for reading, and keep it so.
  if (existsSync(path)) return accessSync(path, constants.W_OK);
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

/**
 * Opens a connection and reads the schema. A process that has just opened the file, or is the last to close it, may
 * lock it for a moment.
 */
function connect(path: string, timeout: Ms): DatabaseSync {
  const database = new DatabaseSync(path, { timeout, enableForeignKeyConstraints: true });
  try {
    database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${emergencyPages}`);
    database.prepare('SELECT 1 FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Brings the schema up to date. Several processes may start at once: the one that gets the lock migrates, the others
 * find it done.
 */
async function migrate(path: string, now: () => Ms): Promise<void> {
  // No waiting inside SQLite here either: another store of this same process may hold the lock.
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    await retryWhileBusy(() => refuseNewerSchema(path, versionOf(database)));
    await retryWhileBusy(() => database.exec('PRAGMA journal_mode = WAL'));
    await retryWhileBusy(() => upgrade(database, path, now()));
  } finally {
    database.close();
  }
}

function upgrade(database: DatabaseSync, path: string, at: Ms): void {
  if (versionOf(database) === schemaVersion) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(database);
    refuseNewerSchema(path, version);
    database.exec(createVersionTable);
    const note = database.prepare('INSERT INTO schema_versions (version, name, applied_at) VALUES (?, ?, ?)');
    for (const migration of migrations.slice(version)) {
      for (const statement of migration.statements(sqliteWords)) database.exec(statement);
      note.run(migration.version, migration.name, at);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Returns 0 for a file without a schema. */
function versionOf(database: DatabaseSync): number {
  const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'schema_versions'").get();
  if (!known) return 0;
  return Number(
    database.prepare('SELECT max(version) AS version FROM schema_versions').get()?.['version'] ?? 0,
  );
}
