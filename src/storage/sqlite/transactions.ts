import type { DatabaseSync } from 'node:sqlite';
import type { Ms } from '../../core/units.ts';
import { GroupCommit, type Settled } from '../writes/group-commit.ts';
import { asStorageError, isOwnFault } from '../writes/storage-error.ts';
import type { WriteHealth } from '../writes/write-health.ts';
import { retryWhileBusy } from './busy.ts';

export type Transactions<Books> = {
  /** Resolves with the work's result once it is committed. An error undoes only this work. */
  run<T>(work: (books: Books) => T): Promise<T>;
  close(): Promise<void>;
};

/** A hundred rows take 2 to 3 ms: the longest that one commit may block the event loop. */
const maxBatch = 100;
const aloneSpacingMs: Ms = 2;
/**
 * Two processes at this spacing commit about as often as one alone. Measured: 0.93 of the CPU per request with 16 and
 * more callers of each process; with 8 callers the same CPU, and a median that is 2 ms longer.
 */
const sharedSpacingMs: Ms = 4;

/** Runs all writes of this process, one transaction at a time. */
export function openSqliteTransactions<Books extends { write(): void }>(options: {
  readonly writer: DatabaseSync;
  readonly openBooks: () => Books;
  readonly onCommit: (rows: number) => void;
  readonly health: WriteHealth;
  /** Throws if what is written would be lost. */
  readonly checkPlace: () => void;
}): Transactions<Books> {
  type AnyWork = (books: Books) => unknown;
  const { writer, openBooks, onCommit, health, checkPlace } = options;
  const begin = writer.prepare('BEGIN IMMEDIATE');
  const commit = writer.prepare('COMMIT');
  const readVersion = writer.prepare('PRAGMA data_version');
  let version: unknown;
  let othersWrite = false;

  /** SQLite's version of the data changes only with a commit of another connection. */
  function noticeOthers(): void {
    const before = version;
    version = readVersion.get()?.['data_version'];
    othersWrite = before !== undefined && version !== before;
  }

  /** Runs all of `batch` in one transaction; throws if any of it fails, and writes nothing. */
  function attempt(batch: readonly AnyWork[]): unknown[] {
    checkPlace();
    begin.run();
    try {
      noticeOthers();
      const books = openBooks();
      const values = batch.map((work) => work(books));
      books.write();
      commit.run();
      onCommit(batch.length);
      health.wrote();
      return values;
    } catch (error) {
      if (writer.isTransaction) writer.exec('ROLLBACK');
      throw error;
    }
  }

  async function alone(work: AnyWork): Promise<Settled> {
    try {
      const [value] = await retryWhileBusy(() => attempt([work]));
      return { ok: true, value };
    } catch (error) {
      return failure(error);
    }
  }

  function failure(error: unknown): Settled {
    health.failed(error);
    return { ok: false, error: asStorageError('written', error) };
  }

  async function together(batch: readonly AnyWork[]): Promise<Settled[]> {
    try {
      const values = await retryWhileBusy(() => attempt(batch));
      return values.map((value) => ({ ok: true, value }));
    } catch (error) {
      if (!isOwnFault(error)) return batch.map(() => failure(error));
      // Some work in the batch is at fault: run one by one, only that work fails.
      const results: Settled[] = [];
      for (const work of batch) results.push(await alone(work));
      return results;
    }
  }

  const queue = new GroupCommit<AnyWork>({
    commit: together,
    maxBatch,
    spacingMs: () => (othersWrite ? sharedSpacingMs : aloneSpacingMs),
  });
  return {
    run: <T>(work: (books: Books) => T) => queue.add(work) as Promise<T>, // the queue resolves with what this work returned
    close: () => queue.close(),
  };
}
