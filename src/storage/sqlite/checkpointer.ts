import { Worker } from 'node:worker_threads';

/** Moves what was committed from the write-ahead log into the database, beside the event loop. */
export type Checkpointer = {
  /** To be told of every commit and the rows in it. */
  committed(rows: number): void;
  close(): Promise<void>;
};

/** About ten megabytes of log. */
const pagesPerCheckpoint = 2_500;
/** As measured: a commit of its own writes four to five pages, one of 24 rows ten to eleven. */
const pagesPerCommit = 4;
const pagesPerRow = 0.3;

/**
 * A checkpoint writes megabytes and waits twice for the disk: 5 to 10 ms on a good one, during which no stream would
 * move. So it happens in a thread, which starts once there is something to do: short commands never see it.
 */
export function openCheckpointer(path: string): Checkpointer {
  let worker: Worker | undefined;
  let pages = 0;
  let busy = false;

  function start(): Worker {
    const started = new Worker(`(${checkpoint.toString()})()`, {
      eval: true,
      workerData: path,
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });
    started.on('message', () => {
      busy = false;
    });
    // Without its help SQLite checkpoints by itself, later and in a commit: slower, never wrong. A disk that was full
    // ends the thread; the next turn starts another.
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
      busy = true;
      worker ??= start();
      worker.postMessage('checkpoint');
    },
    async close() {
      await worker?.terminate();
    },
  };
}

/** What the thread does. It is handed over as text: a thread that strips types by itself takes 17 MB more. */
function checkpoint(): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const database = new DatabaseSync(String(workerData), { timeout: 100 });
  // A checkpoint that is interrupted may be lost, not the database: the same promise as the writer's.
  database.exec('PRAGMA synchronous = NORMAL');
  parentPort?.on('message', () => {
    // The bulk beside the writer; then, with little left to do, the writer waits a moment while the log starts afresh.
    // Under a steady load the log would otherwise grow without end. Where others are busy, the next turn does it.
    database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    database.exec('PRAGMA wal_checkpoint(RESTART)');
    parentPort?.postMessage('done');
  });
}
