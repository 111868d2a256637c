import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import { tiers } from '../core/task.ts';
import type { Ms } from '../core/units.ts';
import { columnsOf } from './candidate-columns.ts';

/** Assumed latency of the first byte without a measurement; the first call replaces it. */
const usualFirstByteMs = { frontier: 2500, workhorse: 1200, economy: 600 } as const;

const usualWaits = [...tiers, 'workhorse' as const].map((tier) => usualFirstByteMs[tier]);

/** Writes the expected latency of the first byte of each candidate to its place. */
export function expectedWaits(
  candidates: readonly Candidate[],
  stats: Stats,
  waits: Float32Array | Float64Array,
): void {
  const asked = stats.askedAmong?.(candidates);
  const { tiers: places } = columnsOf(candidates);
  for (let at = 0; at < candidates.length; at++) {
    // Most of a hundred candidates have never been used, and only their tier is known of those.
    const candidate = asked?.[at] === 0 ? undefined : candidates[at];
    waits[at] = candidate ? expectedFirstByteMs(candidate, stats) : (usualWaits[places[at] ?? 0] ?? 0);
  }
}

/** Returns the expected latency of the first byte, which grows with the deployment's load. */
export function expectedFirstByteMs({ model, deployment }: Candidate, stats: Stats): Ms {
  const { firstByteMs, inFlight } = stats.of(deployment);
  return (firstByteMs ?? usualFirstByteMs[model.tier ?? 'workhorse']) * (1 + inFlight / 20);
}
