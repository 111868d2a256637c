import { ConclaveError } from '../../core/errors.ts';
import type { Store } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { assembleStore, type StoreOptions } from '../assemble-store.ts';
import type { SqlRunner } from '../sql/sql-runner.ts';
import { asStorageError } from '../writes/storage-error.ts';
import { limitAtOnce } from './limit-at-once.ts';
import { migrate } from './migrate-postgres.ts';
import { hostOf, openConnections, withNumberedValues, type PostgresConnections } from './postgres-pool.ts';
import { openWriteHealth, type WriteHealth } from '../writes/write-health.ts';
import { openPostgresTransactions } from './postgres-transactions.ts';

export type PostgresStoreOptions = StoreOptions & {
  readonly url: string;
  /** How long the server may take for an operation of milliseconds before it counts as unavailable. Default 5 s. */
  readonly answerMs?: Ms;
};

/** Reports get this many times as long: they may read the whole of a large ledger, and no call waits for them. */
const reportsTake = 30;
/** Half of the connections: reports may take long, and calls must not wait for them. */
const reportsAtOnce = 2;

/**
 * Opens the ledger in a PostgreSQL database, which any number of machines may share. Give it a database of its own: its
 * tables have plain names. Acknowledged writes are as durable as the server's `synchronous_commit`.
 * @throws ConclaveError `configuration` if it cannot be reached or was written by a newer Conclave.
 */
export async function openPostgresStore({
  url,
  answerMs = 5_000,
  ...options
}: PostgresStoreOptions): Promise<Store> {
  const connections = await openDatabase(url, { answerMs, now: options.now ?? Date.now });
  const health = openWriteHealth();
  const transactions = openPostgresTransactions(connections, { health, answerMs });
  const runner = (withinMs: Ms) => postgresRunner(connections, { health, withinMs });
  const reports = runner(reportsTake * answerMs);
  const inPlace = limitAtOnce(reportsAtOnce);
  return assembleStore(
    {
      sql: runner(answerMs),
      reports: { ...reports, all: (statement) => inPlace(() => reports.all(statement)) },
      commit: (work) => transactions.run(work),
      clock: '(extract(epoch FROM clock_timestamp()) * 1000)::bigint',
      health,
      async close() {
        await transactions.close();
        await connections.close();
      },
    },
    options,
  );
}

async function openDatabase(
  url: string,
  options: { readonly answerMs: Ms; readonly now: () => Ms },
): Promise<PostgresConnections> {
  const place = hostOf(url);
  const connections = openConnections(url, options.answerMs);
  try {
    await migrate(connections, { place, ...options });
    return connections;
  } catch (cause) {
    await connections.close();
    if (cause instanceof ConclaveError) throw cause;
    const reason = cause instanceof Error && cause.message ? cause.message : String(cause);
    throw new ConclaveError(
      'configuration',
      `Cannot use the database ${place}: ${reason}. Check CONCLAVE_DATABASE_URL, and that the server runs and lets this user in.`,
      { cause },
    );
  }
}

function postgresRunner(
  connections: PostgresConnections,
  { health, withinMs }: { readonly health: WriteHealth; readonly withinMs: Ms },
): SqlRunner {
  return {
    async all(statement) {
      try {
        return (await connections.query(statement, withinMs)).rows;
      } catch (error) {
        throw asStorageError('read', error);
      }
    },
    async write(statements) {
      try {
        const sent = await connections.transaction(
          async ({ send }) => statements.map(({ sql, values }) => send(withNumberedValues(sql), values)),
          withinMs,
        );
        health.wrote();
        const results = await Promise.all(sent);
        return results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0);
      } catch (error) {
        health.failed(error);
        throw asStorageError('written', error);
      }
    },
  };
}
