import type { AttemptRow } from '../core/stores/ledger.ts';
import type { Stats } from '../core/routing/deployment-stats.ts';
import type { Ms } from '../core/units.ts';

/**
 * The median wait for the first byte of each deployment, by its id, in these attempts. That is what calls are decided by; how
 * busy a place was, and whether it was well, is not known of another day.
 */
export function measuredWaits(attempts: readonly AttemptRow[]): Stats {
  const answered = attempts.filter(({ outcome }) => outcome === 'ok');
  const waits = new Map(
    [...Map.groupBy(answered, ({ deployment }) => deployment)].map(([id, own]) => [
      id,
      medianOf(own.flatMap(({ firstByteMs }) => firstByteMs ?? [])),
    ]),
  );
  return { of: ({ id }) => ({ healthy: true, inFlight: 0, firstByteMs: waits.get(id) }) };
}

function medianOf(waits: readonly Ms[]): Ms | undefined {
  return waits.toSorted((a, b) => a - b)[Math.floor(waits.length / 2)];
}
