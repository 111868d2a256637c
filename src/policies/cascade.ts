import { isLatencyCritical } from '../core/latency-critical.ts';
import { ledBy } from '../core/led-by.ts';
import type { Model } from '../core/model.ts';
import type { Acceptance, Plan, PlanStep, Policy, RequestFeatures } from '../core/plan.ts';
import type { RoutingMode } from '../core/routing-preferences.ts';
import type { Candidate } from '../core/provider.ts';
import { successPrior } from '../core/success-prior.ts';
import type { Tier } from '../core/task.ts';
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
    // Of several answers none could be held against another model's.
    const hurried = isLatencyCritical(features) || (features.answers ?? 1) > 1;
    const strong = rankByTier(candidates, {
      features,
      stats,
      wanted: features.tier ?? (hurried ? 'workhorse' : 'frontier'),
    });
    const firstStrong = strong[0];
    if (firstStrong === undefined) return { steps: [], reason: 'no candidates' };
    if (hurried) {
      return {
        steps: [{ candidates: strong }],
        reason: `${firstStrong.model.id} at once: no cascade for who is in a hurry or wants several answers`,
      };
    }
    const cheap = rankByTier(ofCheapestTier(candidates, features), {
      features,
      stats,
      wanted: 'economy',
      favour: conversationFirst(features),
    });
    const first = cheap[0];
    if (first === undefined || firstStrong.model.id === first.model.id) {
      return {
        steps: [{ candidates: strong }],
        reason: `${firstStrong.model.id} is all there is: no cascade`,
      };
    }
    const second = cheap.find(({ model }) => model.family !== first.model.family);
    const acceptance = acceptanceOf(features, firstStrong, {
      answering: [first, second],
      ranked: () => rankByTier(candidates, { features, stats, wanted: 'economy' }),
    });
    const steps: PlanStep[] = [
      { candidates: cheap, acceptance },
      ...(second === undefined || second.model.id === firstStrong.model.id
        ? []
        : [{ candidates: ledBy(second, cheap), acceptance: { ...acceptance, samples: 1 } }]),
      { candidates: strong },
    ];
    const path = steps.map(({ candidates }) => candidates[0]?.model.id).join(', then ');
    return {
      steps,
      reason: `${path}, until an answer is right with chance ${acceptance.threshold.toFixed(2)}`,
      ...unreachable(features, firstStrong, acceptance),
    };
  },
};

export default cascade;

/** Who asks more of cheap answers than the strong model itself achieves mostly pays for all of them. */
function unreachable(
  features: RequestFeatures,
  { model: strong }: Candidate,
  { threshold }: Acceptance,
): Pick<Plan, 'warnings'> {
  const chance = chanceOf(strong, features);
  if (threshold <= chance) return {};
  const wanted = `an answer is to be right with chance ${threshold.toFixed(2)} (routing.cascade.threshold)`;
  return {
    warnings: [
      `${wanted}, and ${strong.id} itself is with ${chance.toFixed(2)}: most calls will pay for every step`,
    ],
  };
}

function chanceOf(model: Model, { quality, task, difficulty }: RequestFeatures): number {
  return quality?.of(model) ?? successPrior(model, task, difficulty);
}

function acceptanceOf(
  features: RequestFeatures,
  { model: strong }: Candidate,
  {
    answering,
    ranked,
  }: { readonly answering: readonly (Candidate | undefined)[]; readonly ranked: () => Candidate[] },
): Acceptance {
  const { preferences } = features;
  const { threshold, samples = 1, judge = false } = preferences?.cascade ?? {};
  const share = preferences?.quality ?? usualShare[preferences?.mode ?? 'balanced'];
  const judges = judge ? ofOtherFamilies(ranked(), answering).slice(0, 3) : [];
  return {
    threshold: threshold ?? share * chanceOf(strong, features),
    samples,
    ...(judges.length > 0 && { judge: judges }),
  };
}

function ofOtherFamilies(
  ranked: readonly Candidate[],
  answering: readonly (Candidate | undefined)[],
): Candidate[] {
  const families = new Set(answering.map((candidate) => candidate?.model.family));
  const tier = answering[0]?.model.tier;
  // A judge of a dearer tier would cost more than what it is to save.
  return ranked.filter(({ model }) => model.tier === tier && !families.has(model.family));
}

/** Who answers a conversation already leads its tier: it has the prompt in its cache. */
function conversationFirst({
  conversation,
}: RequestFeatures): ((candidate: Candidate) => number) | undefined {
  if (!conversation) return undefined;
  return ({ model }) => (model.tier === 'economy' && model.id === conversation.model ? -1 : 0);
}

/** A cheap step never falls back to a dear model, so its tier is all that it needs to rank. A local model is a last resort. */
function ofCheapestTier(
  candidates: readonly Candidate[],
  { localOnly }: RequestFeatures,
): readonly Candidate[] {
  // The same list for the same candidates, which is in order already when it is ranked again.
  if (cheapest?.of === candidates && cheapest.localOnly === localOnly) return cheapest.tier;
  let tier: Tier | undefined;
  let least = Infinity;
  for (const { model } of candidates) {
    const place = dearness[model.tier ?? 'none'] + (model.local && !localOnly ? lastResort : 0);
    if (place >= least) continue;
    least = place;
    tier = model.tier;
  }
  const found = candidates.filter(({ model }) => model.tier === tier);
  cheapest = { of: candidates, localOnly, tier: found };
  return found;
}

type Cheapest = {
  readonly of: readonly Candidate[];
  readonly localOnly: boolean;
  readonly tier: readonly Candidate[];
};

/** What was found last. */
let cheapest: Cheapest | undefined;

const dearness = { economy: 0, workhorse: 1, frontier: 2, none: 3 } as const;
const lastResort = 4;
