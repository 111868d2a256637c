import type { Wait, Waits } from '../../core/routing/deployment-stats.ts';
import type { Ms } from '../../core/units.ts';

/** Weight of a new, shorter wait; a longer one counts at once (peak-sensitive). */
const decay = 0.2;

/** Who was slow a minute ago may be quick by now, and nobody would find out who is ruled out all the time. */
const forgetMs: Ms = 60_000;

/** The moving average with one more wait of `ms`; what is older than a minute is no part of it. */
export function withWait(known: Wait | undefined, { ms, at }: Wait): Wait {
  const fresh = known && at - known.at <= forgetMs ? known : undefined;
  return { ms: fresh && ms < fresh.ms ? fresh.ms + decay * (ms - fresh.ms) : ms, at };
}

/** How long such a call has lately waited; `undefined` where no such call was made in the last minute. */
export function latelyWaited(
  waits: Waits | undefined,
  { stream, at }: { readonly stream: boolean; readonly at: Ms },
): Ms | undefined {
  const wait = stream ? waits?.stream : waits?.whole;
  return wait && at - wait.at <= forgetMs ? wait.ms : undefined;
}
