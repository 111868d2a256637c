import type { Wait, Waits } from '../../../core/routing/plan/deployment-stats.ts';
import type { RequestFeatures } from '../../../core/routing/request/request-features.ts';
import type { Ms } from '../../../core/units.ts';

/** Weight of a new, shorter wait; a longer one counts at once (peak-sensitive). */
const decay = 0.2;

/** A deployment that was slow a minute ago may be quick now, which could never be noticed if it stayed ruled out. */
const forgetMs: Ms = 60_000;

/** Returns the moving average with one more wait of `ms`; an average older than a minute is discarded. */
export function withWait(known: Wait | undefined, { ms, at }: Wait): Wait {
  const fresh = known && at - known.at <= forgetMs ? known : undefined;
  return { ms: fresh && ms < fresh.ms ? fresh.ms + decay * (ms - fresh.ms) : ms, at };
}

/** How long such calls have waited recently; `undefined` if none was made in the last minute. */
export function latelyWaited(
  waits: Waits | undefined,
  { request, at }: Pick<RequestFeatures, 'request' | 'at'>,
): Ms | undefined {
  const wait = request.stream ? waits?.stream : waits?.whole;
  return wait && at - wait.at <= forgetMs ? wait.ms : undefined;
}
