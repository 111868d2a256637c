import type { Pool } from 'pg';
import { ConclaveError } from '../../core/errors.ts';
import type { Store } from '../../core/stores.ts';
import type { Ms } from '../../core/units.ts';
import { assembleStore, type StoreOptions } from '../assemble-store.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { asStorageError } from '../storage-error.ts';
import { migrate } from './migrate-postgres.ts';
import { openPool, placeOf, query, transaction } from './postgres-pool.ts';
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
  const transactions = openTransactions(pool);
  return assembleStore(
    {
      sql: postgresRunner(pool),
      commit: (work) => transactions.run(work),
      async close() {
        await transactions.close();
        await pool.end();
      },
    },
    options,
  );
}

async function openDatabase(url: string, now: () => Ms): Promise<Pool> {
  const place = placeOf(url);
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

function postgresRunner(pool: Pool): SqlRunner {
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
        return await transaction(pool, async (client) => {
          let changed = 0;
          for (const statement of statements) changed += (await query(client, statement)).rowCount ?? 0;
          return changed;
        });
      } catch (error) {
        throw asStorageError('written', error);
      }
    },
  };
}
