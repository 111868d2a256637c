import { constants } from 'node:os';
import { ConclaveError } from '../../../core/errors.ts';

const stops = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs work that a signal to this process aborts, so that what it has spent is booked before the process exits with the
 * signal's code. A second signal ends the process at once.
 * @throws ConclaveError `cancelled` if it was stopped.
 */
export async function stoppable<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const forget = () => {
    for (const name of stops) process.off(name, stop);
  };
  const stop = (name: (typeof stops)[number]) => {
    forget();
    process.exitCode = 128 + constants.signals[name];
    controller.abort(new ConclaveError('cancelled', `Stopped by ${name}.`));
  };
  for (const name of stops) process.on(name, stop);
  try {
    return await run(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    forget();
  }
}
