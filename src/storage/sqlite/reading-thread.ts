import type { Worker } from 'node:worker_threads';
import { ConclaveError } from '../../core/errors.ts';
import type { SqlRow, SqlStatement } from '../sql/sql-runner.ts';
import { threadsOf } from './threads-of.ts';

/** Reads from the database outside the event loop. */
export type ReadingThread = {
  /** Resolves with the rows of a query; queries are answered in the order in which they were asked. */
  all(statement: SqlStatement): Promise<SqlRow[]>;
  /** Ends the thread; queries that it has not answered fail. */
  close(): Promise<void>;
};

type Given = { readonly path: string; readonly stopped: Int32Array };
type Asked = { readonly number: number; readonly statement: SqlStatement };
type Answer = { readonly number: number } & ({ readonly rows: SqlRow[] } | { readonly error: Error });
type Waiting = {
  readonly resolve: (rows: SqlRow[]) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Runs queries in a thread with a connection of its own. SQLite reads synchronously, and a query over a large ledger
 * takes seconds, during which the event loop would serve no one. The thread starts with the first query. If the store's
 * file has been replaced by then, or there can be no thread, `otherwise` reads, with the store's own connection.
 */
export function openReadingThread(path: string, otherwise: ReadingThread['all']): ReadingThread {
  const startThread = threadsOf(path);
  let worker: Worker | undefined;
  let closed = false;
  let asked = 0;
  /** Read by the thread in the middle of a query, which cannot receive a message. */
  const stopped = new Int32Array(new SharedArrayBuffer(4));
  const waiting = new Map<number, Waiting>();

  function start(): Worker | undefined {
    const workerData: Given = { path, stopped };
    const started = startThread(answerQueries, { workerData });
    if (!started) return undefined;
    started.on('message', (answer: Answer) => {
      const asker = waiting.get(answer.number);
      waiting.delete(answer.number);
      // An idle thread does not keep the process alive; one that works for a command does.
      if (waiting.size === 0) started.unref();
      if ('rows' in answer) asker?.resolve(answer.rows);
      else asker?.reject(answer.error);
    });
    // The next query starts another thread.
    started.on('error', (error) => {
      worker = undefined;
      failAll(error);
    });
    return started;
  }

  function failAll(error: unknown): void {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  return {
    all(statement) {
      if (closed) return Promise.reject(storeClosed());
      worker ??= start();
      const thread = worker;
      if (!thread) return otherwise(statement);
      return new Promise((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve, reject });
        thread.ref();
        thread.postMessage({ number: asked, statement } satisfies Asked);
      });
    },
    async close() {
      closed = true;
      failAll(storeClosed());
      // Ending a thread does not end the query that it runs.
      Atomics.store(stopped, 0, 1);
      await worker?.terminate();
    },
  };
}

function storeClosed(): ConclaveError {
  return new ConclaveError('storage', 'The store is closed.');
}

/** The code of the thread. */
function answerQueries(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const { path, stopped }: Given = workerData;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  database.function('goes_on', () => {
    if (Atomics.load(stopped, 0) === 0) return 1;
    throw new Error('The store is closed.');
  });
  // Queries read this view instead of the table, so that one that takes long can be stopped at every 256th row.
  database.exec('CREATE TEMP VIEW calls AS SELECT * FROM main.calls WHERE rowid % 256 > 0 OR goes_on()');

  function answerTo({ number, statement }: Asked): Answer {
    try {
      const query = database.prepare(statement.sql);
      query.setReadBigInts(true);
      return { number, rows: query.all(...statement.values) };
    } catch (error) {
      return { number, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  parentPort?.on('message', (asked: Asked) => parentPort.postMessage(answerTo(asked)));
}
