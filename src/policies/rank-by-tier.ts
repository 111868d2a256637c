import type { RequestFeatures, Stats } from '../core/plan.ts';
import { roughCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { tiers, type Tier } from '../core/task.ts';
import { familiesInTurn, familyNumbers } from './families-in-turn.ts';
import { inOrder, sortedPlaces, sortingRoom } from './sorted-by-keys.ts';

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
  const { features, stats, wanted, favour } = options;
  const { localOnly, needs } = features;
  const { allHealthy = false } = stats;
  const { groups, values } = sortingRoom(candidates.length);
  const far = distancesTo(wanted);
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (!candidate) continue;
    const { model, deployment } = candidate;
    const distance = (far[model.tier ?? 'none'] ?? 0) + (model.local && !localOnly ? lastResort : 0);
    const favoured = favour === undefined ? 0 : favour(candidate);
    const ill = allHealthy || stats.of(deployment).healthy ? 0 : 2;
    const makeshift = needs.length > 0 && isMakeshift(candidate, features) ? 1 : 0;
    groups[at] = ((favoured + favours) * distances + distance) * 4 + ill + makeshift;
    values[at] = candidateCost(candidate, features);
  }
  const order = sortedPlaces(candidates);
  // Whose groups differ in health and makeshift at most take turns.
  familiesInTurn(order, { count: candidates.length, groups, families: familyNumbers(candidates), bits: 2 });
  return inOrder(candidates, order);
}

/** What `favour` may say is from -8 to 7, and no distance is as great as 16. */
const favours = 8;
const distances = 16;
/** Added to the distance of a local model: it comes after every tier. */
const lastResort = tiers.length + 1;

/** It can do some of what is needed in words only. */
function isMakeshift({ model: { capabilities } }: Candidate, { needs }: RequestFeatures): boolean {
  for (const need of needs) if (capabilities[need] === false) return true;
  return false;
}

/** Roughly what a call costs at a candidate, in nano-dollars; infinite where the price is unknown. */
export function candidateCost({ model }: Candidate, features: RequestFeatures): number {
  return model.price
    ? roughCost(model.price, features.inputTokens, features.outputTokens, features.at)
    : Number.POSITIVE_INFINITY;
}

/** A model without a tier is tried after all that have one. */
function distancesTo(wanted: Tier): Readonly<Record<Tier | 'none', number>> {
  const place = placeOf[wanted];
  return { frontier: place, workhorse: Math.abs(place - 1), economy: 2 - place, none: tiers.length };
}

const placeOf: Readonly<Record<Tier, number>> = { frontier: 0, workhorse: 1, economy: 2 };
