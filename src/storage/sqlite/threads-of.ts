import { Worker, type WorkerOptions } from 'node:worker_threads';
import { fileAt } from './file-at.ts';

/** Starts a thread that runs this function, unless it cannot or must not. */
export type StartThread = (work: () => void, options: WorkerOptions) => Worker | undefined;

/**
 * Returns what starts threads that open the database at `path`, which is open already. It returns `undefined` if another
 * file has taken its place, if the path can no longer be followed, or if there can be no threads, because Node's permission model forbids them or the system
 * has none left. The function of a thread is passed as text, so it sees nothing outside itself: a thread that strips
 * types itself takes 17 MB more.
 */
export function threadsOf(path: string): StartThread {
  const opened = fileAt(path);
  return (work, options) => {
    if (opened === undefined || fileAt(path) !== opened) return undefined;
    try {
      return new Worker(`(${work.toString()})()`, { ...options, eval: true });
    } catch {
      return undefined;
    }
  };
}
