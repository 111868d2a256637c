import type { Ms } from '../../core/units.ts';
import type { Foundation } from '../foundation/foundation.ts';

const dayMs: Ms = 86_400_000;
const everyMs: Ms = 3_600_000;

/** Deletes calls older than `retainDays`, now and every hour, while that is set. Returns a function that stops it. */
export function forgetOldCalls(
  { store, log }: Pick<Foundation, 'store' | 'log'>,
  retainDays: () => number | undefined,
): () => void {
  const forget = async () => {
    const days = retainDays();
    if (days === undefined) return;
    try {
      const calls = await store.ledger.forget(Date.now() - days * dayMs);
      if (calls > 0) log.info({ calls, days }, 'old calls have been deleted from the ledger');
    } catch (error) {
      log.warn({ error }, 'old calls could not be deleted; this is tried again in an hour');
    }
  };
  void forget();
  const timer = setInterval(() => void forget(), everyMs).unref();
  return () => clearInterval(timer);
}
