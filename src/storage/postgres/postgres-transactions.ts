import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError } from 'pg';
import type { Ms } from '../../core/units.ts';
import type { LedgerWork } from '../books/books.ts';
import { GroupCommit, type Settled } from '../writes/group-commit.ts';
import { asStorageError, isOwnFault } from '../writes/storage-error.ts';
import type { WriteHealth } from '../writes/write-health.ts';
import { fetchBooks } from './postgres-books.ts';
import type { PostgresConnections } from './postgres-pool.ts';
import { isWrongAssumption, openUnreadBooks } from './unread-books.ts';

const maxBatch = 200;
const spacingMs = 2;
/** How long to retry after conflicts with other processes over the same rows: each of them succeeds eventually. */
const patienceMs: Ms = 15_000;
const pauseMs: Ms = 250;

export type PostgresTransactions = {
  run<T>(work: LedgerWork<T>): Promise<T>;
  close(): Promise<void>;
};

/** Runs this process's ledger writes, one transaction at a time. */
export function openPostgresTransactions(
  connections: PostgresConnections,
  { health, answerMs }: { readonly health: WriteHealth; readonly answerMs: Ms },
): PostgresTransactions {
  /** Runs all of `batch` in one transaction; throws if any of it fails, and writes nothing. */
  async function attempt(batch: readonly LedgerWork<unknown>[]): Promise<unknown[]> {
    const results = (await withoutReading(batch)) ?? (await reading(batch));
    health.wrote();
    return results;
  }

  /** In one round trip. Returns `undefined`, having written nothing, if some work has to read first. */
  async function withoutReading(batch: readonly LedgerWork<unknown>[]): Promise<unknown[] | undefined> {
    const works: NonNullable<LedgerWork<unknown>['unread']>[] = [];
    for (const { unread } of batch) {
      if (!unread) return undefined;
      works.push(unread);
    }
    try {
      return await connections.transaction(async (transaction) => {
        const books = openUnreadBooks(transaction);
        const values = works.map((work) => work(books));
        books.send();
        return values;
      }, answerMs);
    } catch (error) {
      if (isWrongAssumption(error)) return undefined;
      throw error;
    }
  }

  /** In two round trips. */
  function reading(batch: readonly LedgerWork<unknown>[]): Promise<unknown[]> {
    return connections.transaction(async (transaction) => {
      const books = await fetchBooks(transaction, batch);
      const values = batch.map(({ run }) => run(books));
      books.send();
      return values;
    }, answerMs);
  }

  async function alone(work: LedgerWork<unknown>): Promise<Settled> {
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

  async function together(batch: readonly LedgerWork<unknown>[]): Promise<readonly Settled[]> {
    try {
      const values = await attempt(batch);
      return values.map((value) => ({ ok: true, value }));
    } catch (error) {
      if (!isRivalry(error) && !isOwnFault(error)) return batch.map(() => failure(error));
      // Some work in the batch is at fault: run one by one, only that work fails.
      const results: Settled[] = [];
      for (const work of batch) results.push(await alone(work));
      return results;
    }
  }

  function failure(error: unknown): Settled {
    health.failed(error);
    return { ok: false, error: asStorageError('written', error) };
  }

  const queue = new GroupCommit<LedgerWork<unknown>>({
    commit: together,
    maxBatch,
    spacingMs: () => spacingMs,
  });
  return {
    run: <T>(work: LedgerWork<T>) => queue.add(work) as Promise<T>, // the queue resolves with what this work returned
    close: () => queue.close(),
  };
}

/** Deadlock or serialisation failure: nothing was written, and a retry will succeed. */
function isRivalry(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40001' || error.code === '40P01');
}
