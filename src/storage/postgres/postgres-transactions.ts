import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, type Pool } from 'pg';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import type { Work } from '../books.ts';
import { GroupCommit, type Settled } from '../group-commit.ts';
import { asStorageError } from '../storage-error.ts';
import { fetchBooks } from './postgres-books.ts';
import { transaction } from './postgres-pool.ts';

const maxBatch = 200;
const spacingMs = 2;
/** How long a settlement is held on to while the database is away: a restart or a failover takes less. */
const patienceMs: Ms = 15_000;
const pauseMs: Ms = 250;

export type PostgresTransactions = {
  run<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
};

/** The ledger's writes of this process, one transaction at a time. */
export function openTransactions(pool: Pool): PostgresTransactions {
  /** All of `batch` in one transaction, or nothing of it and the error. */
  function attempt(batch: readonly Work<unknown>[]): Promise<unknown[]> {
    return transaction(pool, async (client) => {
      const books = await fetchBooks(client, batch);
      const values = batch.map(({ run }) => run(books));
      await books.write();
      return values;
    });
  }

  async function alone(work: Work<unknown>): Promise<Settled> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      try {
        const [value] = await attempt([work]);
        return { ok: true, value };
      } catch (error) {
        // What was under way when the connection was lost may have been committed all the same.
        const again = isRivalry(error) || (isLostConnection(error) && work.repeatable);
        if (!again || performance.now() > giveUpAt) {
          return { ok: false, error: asStorageError('written', error) };
        }
        await sleep(pauseMs);
      }
    }
  }

  async function together(batch: readonly Work<unknown>[]): Promise<readonly Settled[]> {
    try {
      const values = await attempt(batch);
      return values.map((value) => ({ ok: true, value }));
    } catch (error) {
      // All of them have lost their connection, and wait for the next one together.
      if (isLostConnection(error)) return Promise.all(batch.map(alone));
      // Somebody in the batch is at fault: alone, only its own work fails.
      const results: Settled[] = [];
      for (const work of batch) results.push(await alone(work));
      return results;
    }
  }

  const queue = new GroupCommit<Work<unknown>>({ commit: together, maxBatch, spacingMs });
  return {
    run: <T>(work: Work<T>) => queue.add(work) as Promise<T>, // the queue resolves with what this work returned
    close: () => queue.close(),
  };
}

/** Deadlock or serialisation failure: nothing was done, and the next time it will work. */
function isRivalry(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01');
}

/** Anything but an answer of the database or an error of our own; a server that shuts down says so before it goes. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(?:08|57P0)/.test(error.code ?? '');
  return !(error instanceof ConclaveError || error instanceof TypeError || error instanceof RangeError);
}
