import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { Stats } from '../../core/routing/plan/deployment-stats.ts';
import type { Ms } from '../../core/units.ts';

/**
 * Returns the median latency of the first byte per deployment id in these attempts, on which decisions depend. Past
 * load and health are unknown: every deployment counts as healthy and idle.
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
