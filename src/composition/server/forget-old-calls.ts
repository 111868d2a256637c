import type { Ms } from '../../core/units.ts';
import type { Foundation } from '../foundation/foundation.ts';

const dayMs: Ms = 86_400_000;
const everyMs: Ms = 3_600_000;

/**
 * Deletes calls older than `retainDays`, now and every hour, while that is set. Returns a function that stops it. A clock
 * that is ahead must not delete what is young: of this machine's and the database's the earlier one counts, and if all
 * calls seem too old, except for those of the last day, which it may have dated, there is a warning an hour before they
 * are deleted.
 */
export function forgetOldCalls(
  { store, log }: Pick<Foundation, 'store' | 'log'>,
  retainDays: () => number | undefined,
): () => void {
  let warnedOf: Ms | undefined;
  const forget = async () => {
    const days = retainDays();
    if (days === undefined) return;
    try {
      const now = Math.min(Date.now(), await store.clock());
      const keptMs = days * dayMs;
      const before = now - keptMs;
      const latest = await store.ledger.latestCallAt(now - Math.min(dayMs, keptMs / 2));
      if (latest !== undefined && latest < before && latest !== warnedOf) {
        warnedOf = latest;
        const [time, latestCall] = [now, latest].map((at) => new Date(at).toISOString());
        log.warn(
          { days, latestCall },
          `all calls of the ledger, except for new ones, are too old to keep, if it is ${time}: they will be deleted in an hour`,
        );
        return;
      }
      const calls = await store.ledger.forget(before);
      if (calls > 0) log.info({ calls, days }, 'old calls have been deleted from the ledger');
    } catch (error) {
      log.warn({ error }, 'old calls could not be deleted; this is tried again in an hour');
    }
  };
  void forget();
  const timer = setInterval(() => void forget(), everyMs).unref();
  return () => clearInterval(timer);
}
