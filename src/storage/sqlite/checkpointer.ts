import type { Worker } from 'node:worker_threads';
import { threadsOf } from './threads-of.ts';

/** Moves committed pages from the write-ahead log into the database, outside the event loop. */
export type Checkpointer = {
  /** To be called after every commit, with the number of its rows. */
  committed(rows: number): void;
  close(): Promise<void>;
};

/** About ten megabytes of log. */
const pagesPerCheckpoint = 2_500;
/** Measured: a commit of one row writes four to five pages, one of 24 rows ten to eleven. */
const pagesPerCommit = 4;
const pagesPerRow = 0.3;

/**
 * Runs checkpoints in a thread. A checkpoint writes megabytes and waits twice for the disk: 5 to 10 ms on a good one,
 * during which no stream would make progress. The thread starts once there is something to do: short commands never
 * need it.
 */
export function openCheckpointer(path: string): Checkpointer {
  const startThread = threadsOf(path);
  let worker: Worker | undefined;
  let pages = 0;
  let busy = false;

  // Without the thread, SQLite checkpoints by itself, later and during a commit: slower, but correct. A full disk ends
  // the thread; the next checkpoint starts another.
  function start(): Worker | undefined {
    const resourceLimits = { maxOldGenerationSizeMb: 16 };
    const started = startThread(checkpoint, { workerData: path, resourceLimits });
    if (!started) return undefined;
    started.on('message', () => {
      busy = false;
    });
    started.on('error', () => {
      worker = undefined;
      busy = false;
    });
    started.unref();
    return started;
  }

  return {
    committed(rows) {
      pages += pagesPerCommit + rows * pagesPerRow;
      if (busy || pages < pagesPerCheckpoint) return;
      pages = 0;
      worker ??= start();
      if (!worker) return;
      busy = true;
      worker.postMessage('checkpoint');
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** The code of the thread. */
function checkpoint(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const database = new DatabaseSync(String(workerData), { timeout: 100 });
  // An interrupted checkpoint may be lost, but not the database: the same guarantee as the writer's.
  database.exec('PRAGMA synchronous = NORMAL');
  const movePages = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  parentPort?.on('message', () => {
    // First most of the pages, concurrently with the writer; then, with little left to do, the writer waits a moment
    // while the log restarts. Otherwise the log would grow without end under a steady load. While a report reads an
    // older state, not all pages can be moved, and the writer would wait for the report: a later checkpoint restarts
    // the log.
    const moved = movePages.get();
    if (moved?.['checkpointed'] === moved?.['log']) database.exec('PRAGMA wal_checkpoint(RESTART)');
    parentPort?.postMessage('done');
  });
}
