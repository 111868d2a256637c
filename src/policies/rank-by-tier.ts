import type { RequestFeatures, Stats } from '../core/plan.ts';
import { roughCost } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import { tiers, type Tier } from '../core/task.ts';
import { sortedByKeys, sortingRoom } from './sorted-by-keys.ts';

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
  const { groups, values } = sortingRoom(candidates.length);
  const far = distancesTo(wanted);
  for (let at = 0; at < candidates.length; at++) {
    const candidate = candidates[at];
    if (!candidate) continue;
    const { model, deployment } = candidate;
    const lastResort = model.local && !features.localOnly;
    const distance = far[model.tier ?? 'none'] + (lastResort ? tiers.length + 1 : 0);
    const ill = stats.of(deployment).healthy ? 0 : 2;
    const makeshift = isMakeshift(candidate, features) ? 1 : 0;
    groups[at] = ((favour(candidate) + favours) * distances + distance) * 4 + ill + makeshift;
    values[at] = candidateCost(candidate, features);
  }
  const sorted = sortedByKeys(candidates);
  return familiesInTurn(sorted, groups);
}

/** What `favour` may say is from -8 to 7, and no distance is as great as 16. */
const favours = 8;
const distances = 16;

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

/** Of those whose groups differ in health at most, the first of each family goes first, then the second of each. */
function familiesInTurn(sorted: readonly Candidate[], groups: Int32Array): Candidate[] {
  const ordered = [...sorted];
  let start = 0;
  for (let end = 1; end <= sorted.length; end++) {
    if (end < sorted.length && (groups[end] ?? 0) >> 2 === (groups[start] ?? 0) >> 2) continue;
    if (end - start > 2) takeTurns(sorted, { start, end }, ordered);
    start = end;
  }
  return ordered;
}

// Shared by all rankings: what is made anew for each is swept up after each.
let turns = new Int32Array(128);
let members = new Int32Array(128);
let takers = new Int32Array(128);
const families: string[] = [];

function takeTurns(
  sorted: readonly Candidate[],
  { start, end }: { readonly start: number; readonly end: number },
  ordered: Candidate[],
): void {
  if (turns.length < end) {
    turns = new Int32Array(2 * end);
    members = new Int32Array(2 * end);
    takers = new Int32Array(2 * end);
  }
  families.length = 0;
  members.fill(0, 0, end - start);
  takers.fill(0, 0, end - start);
  for (let at = start; at < end; at++) {
    const family = sorted[at]?.model.family ?? '';
    // Few families: a look through the list is quicker than a map.
    const known = families.indexOf(family);
    const place = known === -1 ? families.push(family) - 1 : known;
    const turn = members[place] ?? 0;
    members[place] = turn + 1;
    turns[at] = turn;
    takers[turn] = (takers[turn] ?? 0) + 1;
  }
  let next = start;
  for (let turn = 0; next < end; turn++) {
    const before = next;
    next += takers[turn] ?? 0;
    takers[turn] = before;
  }
  for (let at = start; at < end; at++) {
    const turn = turns[at] ?? 0;
    const place = takers[turn] ?? 0;
    takers[turn] = place + 1;
    const candidate = sorted[at];
    if (candidate) ordered[place] = candidate;
  }
}
