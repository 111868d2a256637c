import type { Stats } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import type { Ms } from '../core/units.ts';

/** What a first byte takes where nobody has measured it: a guess that the first call replaces. */
const usualFirstByteMs = { frontier: 2500, workhorse: 1200, economy: 600 } as const;

/** How long a caller waits for the first byte, longer while the deployment is busy. */
export function expectedFirstByteMs({ model, deployment }: Candidate, stats: Stats): Ms {
  const { firstByteMs, inFlight } = stats.of(deployment);
  return (firstByteMs ?? usualFirstByteMs[model.tier ?? 'workhorse']) * (1 + inFlight / 20);
}
