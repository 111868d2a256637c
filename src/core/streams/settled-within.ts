import { setTimeout as sleep } from 'node:timers/promises';
import type { Ms } from '../units.ts';

/** Resolves when all of the work has ended, well or not, or after `patienceMs`. */
export async function settledWithin(work: Iterable<Promise<unknown>>, patienceMs: Ms): Promise<void> {
  const patience = new AbortController();
  const ended = Promise.allSettled(work).finally(() => patience.abort());
  await Promise.race([
    ended,
    sleep(patienceMs, undefined, { signal: patience.signal }).catch(() => undefined),
  ]);
}
