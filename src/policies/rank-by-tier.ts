import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import { tiers, type Tier } from '../core/task.ts';
import { candidateCosts, columnsOf } from './candidate-columns.ts';
import { alternateFamilies } from './alternate-families.ts';
import { demandedTier } from './demanded-tier.ts';
import { kindOfCall } from './kind-of-call.ts';
import { inOrder, sortedPlaces, sortingRoom } from './sorted-by-keys.ts';

/**
 * Ranks candidates by tier, then by estimated cost: the cheapest of each family in the wanted tier first, so that one
 * provider's outage does not hit its own second model, then the neighbouring tiers, and local models last. Local models
 * of a tier that the caller demands precede the neighbouring tiers. `favour` precedes all of that: lower goes first.
 */
export function rankByTier(
  candidates: readonly Candidate[],
  options: {
    readonly features: RequestFeatures;
    readonly stats: Stats;
    readonly wanted: Tier;
    readonly favour?: ((candidate: Candidate) => number) | undefined;
  },
): Candidate[] {
  const { features, stats, wanted, favour } = options;
  const { localOnly } = features.asked;
  const { needs } = features.request;
  const { allHealthy = false } = stats;
  const { groups, values } = sortingRoom(candidates.length);
  const { tiers: places, local, families } = columnsOf(candidates);
  const place = placeOf[wanted];
  const isDemanded = demandedTier(features) === wanted;
  for (let at = 0; at < candidates.length; at++) {
    const tier = places[at] ?? withoutTier;
    const tiersAway = tier === withoutTier ? withoutTier : Math.abs(place - tier);
    const behind = isDemanded && tiersAway === 0 ? lastOfTier : lastResort;
    const distance = 2 * tiersAway + (local[at] === 1 && !localOnly ? behind : 0);
    groups[at] = (favours * distances + distance) * 4;
  }
  candidateCosts(candidates, features, values);
  // Usually no candidate has to be looked at one by one.
  if (favour || needs.length > 0 || !allHealthy) {
    for (let at = 0; at < candidates.length; at++) {
      const candidate = candidates[at];
      if (!candidate) continue;
      const favoured = favour === undefined ? 0 : favour(candidate);
      const ill = allHealthy || stats.of(candidate.deployment).healthy ? 0 : 2;
      const makeshift = isMakeshift(candidate, features) ? 1 : 0;
      groups[at] = (groups[at] ?? 0) + favoured * distances * 4 + ill + makeshift;
    }
  }
  const order = sortedPlaces(candidates, kindOfCall(features.work.task, wanted));
  // Families alternate among candidates whose groups differ in health and makeshift support at most.
  return inOrder(
    candidates,
    alternateFamilies(order, { count: candidates.length, groups, families, bits: 2 }),
  );
}

/** `favour` returns -8 to 7, and every distance is below 16. */
const favours = 8;
const distances = 16;
/** A model without a tier comes after all that have one. */
const withoutTier = tiers.length;
/** A local model comes after all others, or after those of its tier only. */
const lastResort = 2 * (withoutTier + 1);
const lastOfTier = 1;

/** Whether the model lacks a needed capability that prompt text has to stand in for. */
function isMakeshift(
  { model: { capabilities } }: Candidate,
  { request: { needs } }: RequestFeatures,
): boolean {
  for (const need of needs) if (capabilities[need] === false) return true;
  return false;
}

const placeOf: Readonly<Record<Tier, number>> = { frontier: 0, workhorse: 1, economy: 2 };
