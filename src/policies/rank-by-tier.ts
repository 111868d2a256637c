import type { RequestFeatures, Stats } from '../core/plan.ts';
import { roughCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { tiers, type Tier } from '../core/task.ts';

/**
 * Candidates by tier and then by estimated cost: the cheapest of each family in the wanted tier first, so that one
 * provider's outage does not meet its own second model, then the neighbouring tiers, and a local model last. `favour`
 * precedes all of that: lower goes first.
 */
export function rankByTier(
  candidates: readonly Candidate[],
  options: {
    readonly features: RequestFeatures;
    readonly stats: Stats;
    readonly wanted: Tier;
    readonly favour?: (candidate: Candidate) => number;
  },
): Candidate[] {
  const { features, stats, wanted, favour = () => 0 } = options;
  const scored = candidates.map((candidate): Scored => {
    const { model, deployment } = candidate;
    const lastResort = model.local && !features.localOnly;
    return {
      candidate,
      favour: favour(candidate),
      distance: tierDistance(model.tier, wanted) + (lastResort ? tiers.length + 1 : 0),
      healthy: stats.of(deployment).healthy,
      makeshift: features.needs.some((need) => model.capabilities[need] === false),
      cost: candidateCost(candidate, features),
      turn: 0,
    };
  });
  // Sorted in place: this runs on every call, over every model that fits.
  scored.sort(byMerit);
  countTurns(scored);
  scored.sort(byTurn);
  return scored.map(({ candidate }) => candidate);
}

/** Roughly what a call costs at a candidate, in nano-dollars; infinite where the price is unknown. */
export function candidateCost({ model }: Candidate, features: RequestFeatures): number {
  return model.price
    ? roughCost(model.price, features.inputTokens, features.outputTokens, features.at)
    : Number.POSITIVE_INFINITY;
}

type Scored = {
  readonly candidate: Candidate;
  readonly favour: number;
  /** Steps between the candidate's tier and the wanted one; a local model stands behind all others. */
  readonly distance: number;
  readonly healthy: boolean;
  /** It can do some of what is needed in words only. */
  readonly makeshift: boolean;
  /** Nano-dollars; infinite where the price is unknown, so that a known one goes first. */
  readonly cost: number;
  /** 0 is a family's best in its tier, 1 its second. */
  turn: number;
};

/** A model without a tier is tried after all that have one. */
function tierDistance(tier: Tier | undefined, wanted: Tier): number {
  return tier ? Math.abs(tiers.indexOf(tier) - tiers.indexOf(wanted)) : tiers.length;
}

function byMerit(a: Scored, b: Scored): number {
  if (a.favour !== b.favour) return a.favour - b.favour;
  if (a.distance !== b.distance) return a.distance - b.distance;
  if (a.healthy !== b.healthy) return a.healthy ? -1 : 1;
  if (a.makeshift !== b.makeshift) return a.makeshift ? 1 : -1;
  if (a.cost !== b.cost) return a.cost < b.cost ? -1 : 1;
  return a.candidate.model.id < b.candidate.model.id ? -1 : 1;
}

/** Those of one favour and distance stand together, the best first. */
function countTurns(sorted: readonly Scored[]): void {
  const turns = new Map<string, number>();
  let before: Scored | undefined;
  for (const scored of sorted) {
    if (scored.favour !== before?.favour || scored.distance !== before.distance) turns.clear();
    const { family } = scored.candidate.model;
    scored.turn = turns.get(family) ?? 0;
    turns.set(family, scored.turn + 1);
    before = scored;
  }
}

function byTurn(a: Scored, b: Scored): number {
  return a.favour - b.favour || a.distance - b.distance || a.turn - b.turn || byMerit(a, b);
}
