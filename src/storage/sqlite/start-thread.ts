import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread that runs this function; `undefined` if there can be no threads, because Node's permission model
 * forbids them or the system has none left. The function is passed as text, so it sees nothing outside itself: a thread
 * that strips types itself takes 17 MB more.
 */
export function startThread(work: () => void, options: WorkerOptions): Worker | undefined {
  try {
    return new Worker(`(${work.toString()})()`, { ...options, eval: true });
  } catch {
    return undefined;
  }
}
