import type { Plan, Policy } from '../core/routing/plan/plan.ts';
import { expectedFirstByteMs, expectedWaits } from './expected-latency.ts';
import { rankByNumbers } from './rank-by-number.ts';

/** Prefers the candidate with the lowest recent latency. */
const latency: Policy = {
  name: 'latency',
  plan(features, candidates, stats): Plan {
    const ordered = rankByNumbers(candidates, { features, stats }, (waits) => {
      expectedWaits(candidates, stats, waits);
    });
    const first = ordered[0];
    const wait = first ? `about ${Math.round(expectedFirstByteMs(first, stats))} ms` : 'nobody';
    return { steps: [{ candidates: ordered }], reason: `${first?.model.id} answers soonest, ${wait}` };
  },
};

export default latency;
