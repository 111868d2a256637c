import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

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
