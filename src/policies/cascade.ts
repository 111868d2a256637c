import { isLatencyCritical } from '../core/latency-critical.ts';
import type { Acceptance, Plan, PlanStep, Policy, RequestFeatures, RoutingMode } from '../core/plan.ts';
import type { Candidate } from '../core/provider.ts';
import { successPrior } from '../core/success-prior.ts';
import { rankByTier } from './rank-by-tier.ts';

/** How near an answer's chance must come to the last step's own, where the user names no quality target. */
const usualShare: Readonly<Record<RoutingMode, number>> = { economy: 0.9, balanced: 0.97, best: 0.99 };

/**
 * Asks the cheapest first and looks at the answer: two cheap models of different families that agree are believed, and
 * what they disagree on goes to the dearest tier that fits. Each step keeps fallbacks of its own kind. Who is in a hurry,
 * or wants several answers, gets one step.
 */
const cascade: Policy = {
  name: 'cascade',
  plan(features, candidates, stats): Plan {
    const ranked = rankByTier(candidates, {
      features,
      stats,
      wanted: 'economy',
      favour: conversationFirst(features),
    });
    const [first] = ranked;
    if (first === undefined) return { steps: [], reason: 'no candidates' };
    // Of several answers none could be held against another model's.
    const hurried = isLatencyCritical(features) || (features.answers ?? 1) > 1;
    const strong = rankByTier(candidates, {
      features,
      stats,
      wanted: features.tier ?? (hurried ? 'workhorse' : 'frontier'),
    });
    const firstStrong = strong[0];
    if (firstStrong === undefined || hurried) {
      return {
        steps: [{ candidates: strong }],
        reason: `${firstStrong?.model.id} at once: no cascade for who is in a hurry or wants several answers`,
      };
    }
    if (firstStrong.model.id === first.model.id) {
      return { steps: [{ candidates: ranked }], reason: `${first.model.id} is all there is: no cascade` };
    }
    const second = ranked.find(
      ({ model }) => model.family !== first.model.family && model.tier === first.model.tier,
    );
    const acceptance = acceptanceOf(features, firstStrong, { answering: [first, second], ranked });
    const steps: PlanStep[] = [
      { candidates: ledBy(first, ranked), acceptance },
      ...(second === undefined || second.model.id === firstStrong.model.id
        ? []
        : [{ candidates: ledBy(second, ranked), acceptance: { ...acceptance, samples: 1 } }]),
      { candidates: strong },
    ];
    const path = steps.map(({ candidates: [one] }) => one?.model.id).join(', then ');
    return {
      steps,
      reason: `${path}, until an answer is right with chance ${acceptance.threshold.toFixed(2)}`,
    };
  },
};

export default cascade;

function acceptanceOf(
  { preferences, quality, task, difficulty }: RequestFeatures,
  { model: strong }: Candidate,
  {
    answering,
    ranked,
  }: { readonly answering: readonly (Candidate | undefined)[]; readonly ranked: readonly Candidate[] },
): Acceptance {
  const { threshold, samples = 1, judge = false } = preferences?.cascade ?? {};
  const share = preferences?.quality ?? usualShare[preferences?.mode ?? 'balanced'];
  const best = quality?.of(strong) ?? successPrior(strong, task, difficulty);
  const judges = judge ? ofOtherFamilies(ranked, answering).slice(0, 3) : [];
  return {
    threshold: threshold ?? share * best,
    samples,
    ...(judges.length > 0 && { judge: judges }),
  };
}

function ofOtherFamilies(
  ranked: readonly Candidate[],
  answering: readonly (Candidate | undefined)[],
): Candidate[] {
  const families = new Set(answering.map((candidate) => candidate?.model.family));
  return ranked.filter(({ model }) => !families.has(model.family));
}

/** Who answers a conversation already leads its tier: it has the prompt in its cache. */
function conversationFirst({ conversation }: RequestFeatures): (candidate: Candidate) => number {
  return ({ model }) => (model.tier === 'economy' && model.id === conversation?.model ? -1 : 0);
}

/** A step's own candidate, then the rest of its tier: a cheap step never falls back to a dear model. */
function ledBy(leader: Candidate, ranked: readonly Candidate[]): Candidate[] {
  const led = [leader];
  for (const candidate of ranked)
    if (candidate !== leader && candidate.model.tier === leader.model.tier) led.push(candidate);
  return led;
}
