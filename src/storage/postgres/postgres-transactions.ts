import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { Ms } from '../../core/units.ts';
import type { Work } from '../books.ts';
import { GroupCommit, type Settled } from '../group-commit.ts';
import { asStorageError, isOwnFault } from '../storage-error.ts';
import type { WriteHealth } from '../write-health.ts';
import { fetchBooks } from './postgres-books.ts';
import type { Connections } from './postgres-pool.ts';

const maxBatch = 200;
const spacingMs = 2;
/** How long rivals for the same rows are put up with: each wins in its turn. */
const patienceMs: Ms = 15_000;
const pauseMs: Ms = 250;

export type PostgresTransactions = {
  run<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
};

/** The ledger's writes of this process, one transaction at a time. */
export function openTransactions(
  connections: Connections,
  { health, answerMs }: { readonly health: WriteHealth; readonly answerMs: Ms },
): PostgresTransactions {
  /** All of `batch` in one transaction, or nothing of it and the error. */
  async function attempt(batch: readonly Work<unknown>[]): Promise<unknown[]> {
    const results = await connections.transaction(async (client) => {
      const books = await fetchBooks(client, batch);
      const values = batch.map(({ run }) => run(books));
      await books.write();
      return values;
    }, answerMs);
    health.wrote();
    return results;
  }

  async function alone(work: Work<unknown>): Promise<Settled> {
    const giveUpAt = performance.now() + patienceMs;
    for (;;) {
      try {
        const [value] = await attempt([work]);
        return { ok: true, value };
      } catch (error) {
        if (!isRivalry(error) || performance.now() > giveUpAt) return failure(error);
        await sleep(pauseMs);
      }
    }
  }

  async function together(batch: readonly Work<unknown>[]): Promise<readonly Settled[]> {
    try {
      const values = await attempt(batch);
      return values.map((value) => ({ ok: true, value }));
    } catch (error) {
      if (!isRivalry(error) && !isOwnFault(error)) return batch.map(() => failure(error));
      // Somebody in the batch is at fault: alone, only its own work fails.
      const results: Settled[] = [];
      for (const work of batch) results.push(await alone(work));
      return results;
    }
  }

  function failure(error: unknown): Settled {
    health.failed(error);
    return { ok: false, error: asStorageError('written', error) };
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
