import { setTimeout as sleep } from 'node:timers/promises';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';

/** Many times longer than any of our transactions takes. */
const patienceMs: Ms = 15_000;

/**
 * Retries `work` while another process holds the lock. SQLite's own waiting would block the event loop.
 * @throws ConclaveError `storage` if the lock cannot be had in time.
 */
export async function retryWhileBusy<T>(work: () => T): Promise<T> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() > giveUpAt) {
        throw new ConclaveError(
          'storage',
          `Another process has held the database's lock for ${patienceMs / 1000} seconds; end it or try again.`,
          { cause: error },
        );
      }
      await sleep(1 + Math.random() * 3);
    }
  }
}

/** SQLITE_BUSY and its extended codes: another connection has the lock. */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === 5
  );
}
