import type { Stats } from '../core/routing/deployment-stats.ts';
import type { Candidate } from '../core/provider.ts';
import { tiers } from '../core/task.ts';
import type { Ms } from '../core/units.ts';
import { columnsOf } from './candidate-columns.ts';

/** What a first byte takes where nobody has measured it: a guess that the first call replaces. */
const usualFirstByteMs = { frontier: 2500, workhorse: 1200, economy: 600 } as const;

const usualWaits = [...tiers, 'workhorse' as const].map((tier) => usualFirstByteMs[tier]);

/** How long a caller waits for the first byte of each candidate, written to their places. */
export function expectedWaits(
  candidates: readonly Candidate[],
  stats: Stats,
  waits: Float32Array | Float64Array,
): void {
  const asked = stats.askedAmong?.(candidates);
  const { tiers: places } = columnsOf(candidates);
  for (let at = 0; at < candidates.length; at++) {
    // Of a hundred most have never been asked, and what is known of those is known of their tier.
    const candidate = asked?.[at] === 0 ? undefined : candidates[at];
    waits[at] = candidate ? expectedFirstByteMs(candidate, stats) : (usualWaits[places[at] ?? 0] ?? 0);
  }
}

/** How long a caller waits for the first byte, longer while the deployment is busy. */
export function expectedFirstByteMs({ model, deployment }: Candidate, stats: Stats): Ms {
  const { firstByteMs, inFlight } = stats.of(deployment);
  return (firstByteMs ?? usualFirstByteMs[model.tier ?? 'workhorse']) * (1 + inFlight / 20);
}
