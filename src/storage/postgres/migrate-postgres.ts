import type { Ms } from '../../core/units.ts';
import { createVersionTable, migrations, schemaVersion, type SqlWords } from '../migrations/index.ts';
import { refuseNewerSchema } from '../refuse-newer-schema.ts';
import type { SqlRow } from '../sql/sql-runner.ts';
import type { PostgresConnections } from './postgres-pool.ts';

const words: SqlWords = {
  bytes: 'bytea',
  clustered: '',
  startOfMonth: (at) =>
    `1000 * extract(epoch FROM date_trunc('month', to_timestamp(${at} / 1000), 'UTC'))::bigint`,
};

/** Any number that no other program uses for an advisory lock in this database. */
const migrationLock = 4_141_000_001;

/** Long enough to migrate a large ledger, or to wait for another process that does it first. */
const migrationMs: Ms = 3_600_000;

/**
 * Brings the schema up to date. Several processes may start at once: one migrates, the others wait and find it done.
 */
export async function migrate(
  connections: PostgresConnections,
  { place, now, answerMs }: { readonly place: string; readonly now: () => Ms; readonly answerMs: Ms },
): Promise<void> {
  const outside: Ask = async (sql) => (await connections.query({ sql, values: [] }, answerMs)).rows;
  if ((await versionOf(outside, place)) === schemaVersion) return;
  await connections.transaction(async ({ send }) => {
    await send('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    const version = await versionOf(async (sql) => (await send(sql)).rows, place);
    await send(createVersionTable);
    for (const migration of migrations.slice(version)) {
      for (const statement of migration.statements(words)) await send(statement);
      await send('INSERT INTO schema_versions (version, name, applied_at) VALUES ($1, $2, $3)', [
        migration.version,
        migration.name,
        now(),
      ]);
    }
  }, migrationMs);
}

type Ask = (sql: string) => Promise<readonly SqlRow[]>;

/** Returns 0 for a database without our schema. @throws ConclaveError `configuration` if it is newer than this code. */
async function versionOf(ask: Ask, place: string): Promise<number> {
  // Not `to_regclass`: it may use a cache that is older than the lock.
  const known = await ask(
    "SELECT 1 FROM pg_tables WHERE tablename = 'schema_versions' AND schemaname = ANY (current_schemas(false))",
  );
  if (known.length === 0) return 0;
  const [row] = await ask('SELECT max(version) AS version FROM schema_versions');
  const version = Number(row?.['version'] ?? 0);
  refuseNewerSchema(place, version);
  return version;
}
