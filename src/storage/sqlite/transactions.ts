import type { DatabaseSync } from 'node:sqlite';
import { ConclaveError } from '../../core/errors.ts';
import { GroupCommit, type Settled } from '../group-commit.ts';
import { retryWhileBusy } from './busy.ts';
import { openCounters, type SpendingCounters } from './spending-counters.ts';

/** Work done inside a transaction that it may share with its neighbours. A throw undoes this work alone. */
type Work<T> = (counters: SpendingCounters) => T;

export type Transactions = {
  /** Resolves with the work's result once it is committed. */
  run<T>(work: Work<T>): Promise<T>;
  close(): Promise<void>;
};

/** A hundred rows take 2 to 3 ms: the longest that one commit may hold up the event loop. */
const maxBatch = 100;
const spacingMs = 2;

/** Every write of this process goes through here, one transaction at a time. */
export function openTransactions(writer: DatabaseSync, onCommit: (rows: number) => void): Transactions {
  const counters = openCounters(writer);
  const begin = writer.prepare('BEGIN IMMEDIATE');
  const commit = writer.prepare('COMMIT');

  /** All of `batch` in one transaction, or nothing of it and the error. */
  function attempt(batch: readonly Work<unknown>[]): unknown[] {
    begin.run();
    try {
      const values = batch.map((work) => work(counters));
      counters.write();
      commit.run();
      onCommit(batch.length);
      return values;
    } catch (error) {
      if (writer.isTransaction) writer.exec('ROLLBACK');
      throw error;
    } finally {
      counters.forget();
    }
  }

  async function one(work: Work<unknown>): Promise<Settled> {
    try {
      const [value] = await retryWhileBusy(() => attempt([work]));
      return { ok: true, value };
    } catch (error) {
      return { ok: false, error: asStorageError(error) };
    }
  }

  async function all(batch: readonly Work<unknown>[]): Promise<Settled[]> {
    try {
      const values = await retryWhileBusy(() => attempt(batch));
      return values.map((value) => ({ ok: true, value }));
    } catch {
      // Somebody in the batch is at fault: alone, only its own work fails.
      const results: Settled[] = [];
      for (const work of batch) results.push(await one(work));
      return results;
    }
  }

  const queue = new GroupCommit<Work<unknown>>({ commit: all, maxBatch, spacingMs });
  return {
    run: <T>(work: Work<T>) => queue.add(work) as Promise<T>, // the queue resolves with what this very work returned
    close: () => queue.close(),
  };
}

function asStorageError(error: unknown): ConclaveError {
  if (error instanceof ConclaveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ConclaveError('storage', `The ledger could not be written: ${reason}.`, { cause: error });
}
