import type { Plan, PlanStep, Policy } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { rankByTier } from './rank-by-tier.ts';

/** The chance of being right that an answer needs where the user names no quality target. */
const usualThreshold = 0.9;

/**
 * Asks the cheapest first and looks at the answer: two cheap models of different families that agree are believed, and
 * what they disagree on goes to the dearest tier that fits. Each step keeps fallbacks of its own kind.
 */
const cascade: Policy = {
  name: 'cascade',
  plan(features, candidates, stats): Plan {
    const ranked = rankByTier(candidates, { features, stats, wanted: 'economy' });
    const [first, ...others] = ranked;
    if (first === undefined) return { steps: [], reason: 'no candidates' };
    const threshold = features.preferences?.quality ?? usualThreshold;
    const second = others.find(
      ({ model }) => model.family !== first.model.family && model.tier === first.model.tier,
    );
    const strong = rankByTier(candidates, { features, stats, wanted: features.tier ?? 'frontier' });
    const firstStrong = strong[0];
    if (firstStrong === undefined || firstStrong === first) {
      return { steps: [{ candidates: ranked }], reason: `${first.model.id} is all there is: no cascade` };
    }
    const steps: PlanStep[] = [
      { candidates: ledBy(first, ranked), acceptance: { rule: 'sound', threshold } },
      ...(second === undefined || second === firstStrong
        ? []
        : [{ candidates: ledBy(second, ranked), acceptance: { rule: 'agreement', threshold } }]),
      { candidates: strong },
    ];
    const path = steps.map(({ candidates: [one] }) => one?.model.id).join(', then ');
    return { steps, reason: `${path}, until an answer is right with chance ${threshold}` };
  },
};

export default cascade;

/** A step's own candidate, then the rest of its tier: a cheap step never falls back to a dear model. */
function ledBy(leader: Candidate, ranked: readonly Candidate[]): Candidate[] {
  const rest = ranked.filter(
    (candidate) => candidate !== leader && candidate.model.tier === leader.model.tier,
  );
  return [leader, ...rest];
}
