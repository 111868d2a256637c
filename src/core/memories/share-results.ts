import type { Ms } from '../units.ts';
import { rememberLatest } from './remember-latest.ts';

/** A result that took less is made again for the next caller: it costs little, and is never out of date. */
const cheapMs: Ms = 50;
/** A result is shared this many times as long as it took, so callers who keep asking cost at most a tenth of the time. */
const timesAsLong = 10;
const longestMs: Ms = 60_000;
const mostNames = 100;

/**
 * Returns a function that shares results by name: with every caller who asks while a result is being made and, if that
 * took long, with those who ask soon after. Failures are not kept.
 */
export function shareResults<T>(
  now: () => Ms = () => performance.now(),
): (name: string, make: () => Promise<T>) => Promise<T> {
  const known = new Map<string, { readonly result: Promise<T>; until: Ms }>();
  return (name, make) => {
    const before = known.get(name);
    const at = now();
    if (before && at < before.until) return before.result;
    const entry = { result: make(), until: Infinity };
    rememberLatest(known, name, entry, mostNames);
    entry.result.then(
      () => {
        const tookMs = now() - at;
        entry.until = tookMs < cheapMs ? 0 : now() + Math.min(longestMs, timesAsLong * tookMs);
      },
      () => known.delete(name),
    );
    return entry.result;
  };
}
