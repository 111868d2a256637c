import type { Pool } from 'pg';
import { ConclaveError } from '../../core/errors.ts';
import type { Store } from '../../core/stores.ts';
import type { Ms } from '../../core/units.ts';
import { assembleStore, type StoreOptions } from '../assemble-store.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { asStorageError } from '../storage-error.ts';
import { migrate } from './migrate-postgres.ts';
import { openPool, hostOf, query, transaction } from './postgres-pool.ts';
import { openWriteHealth, type WriteHealth } from '../write-health.ts';
import { openTransactions } from './postgres-transactions.ts';

/**
 * The ledger in a PostgreSQL database, which any number of machines may share. Give it a database of its own: its
 * tables have plain names. What has been acknowledged is as durable as the server's `synchronous_commit`.
 * @throws ConclaveError `configuration` when it cannot be reached or was written by a newer Conclave.
 */
export async function openPostgresStore({
  url,
  ...options
}: StoreOptions & { readonly url: string }): Promise<Store> {
  const pool = await openDatabase(url, options.now ?? Date.now);
  const health = openWriteHealth();
  const transactions = openTransactions(pool, health);
  return assembleStore(
    {
      sql: postgresRunner(pool, health),
      commit: (work) => transactions.run(work),
      health,
      async close() {
        await transactions.close();
        await pool.end();
      },
    },
    options,
  );
}

async function openDatabase(url: string, now: () => Ms): Promise<Pool> {
  const place = hostOf(url);
  const pool = openPool(url);
  try {
    await migrate(pool, place, now);
    return pool;
  } catch (cause) {
    await pool.end();
    if (cause instanceof ConclaveError) throw cause;
    const reason = cause instanceof Error && cause.message ? cause.message : String(cause);
    throw new ConclaveError(
      'configuration',
      `Cannot use the database ${place}: ${reason}. Check CONCLAVE_DATABASE_URL, and that the server runs and lets this user in.`,
      { cause },
    );
  }
}

function postgresRunner(pool: Pool, health: WriteHealth): SqlRunner {
  return {
    async all(statement) {
      try {
        return (await query(pool, statement)).rows;
      } catch (error) {
        throw asStorageError('read', error);
      }
    },
    async write(statements) {
      try {
        const changed = await transaction(pool, async (client) => {
          let rows = 0;
          for (const statement of statements) rows += (await query(client, statement)).rowCount ?? 0;
          return rows;
        });
        health.wrote();
        return changed;
      } catch (error) {
        health.failed(error);
        throw asStorageError('written', error);
      }
    },
  };
}
