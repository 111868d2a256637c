import type { Ms } from '../../core/units.ts';
import { makePlace } from './make-place.ts';

/**
 * How outcomes differed from what was expected, for one model at one kind of work: decayed sums per key, so that no
 * single key decides for all.
 */
export type OutcomeCell = { readonly shares: Map<string, Share>; lastAt: Ms };

/** One key's part of a cell: the sum of (score - expected), and the number of outcomes it still counts for. */
export type Share = { surprise: number; weight: number };

/** The evidence of a cell after every key's part is bounded. */
export type Evidence = { readonly surprise: number; readonly weight: number };

export type Decay = {
  /** About how many of a key's latest outcomes each cell remembers. */
  readonly memory: number;
  /** Half-life of an outcome. */
  readonly halfLifeMs: Ms;
};

/** A key may count for this many outcomes; above that, for no more than all other keys together. */
const uncontestedWeight = 40;

/**
 * In the estimates of other keys, a key that no other confirms or contradicts counts for at most this many outcomes.
 */
const unansweredWeight = 5;

/** Above this number of keys, those with the least weight share one place, so that the state stays small. */
const keptKeys = 40;

export function emptyCell(at: Ms): OutcomeCell {
  return { shares: new Map(), lastAt: at };
}

/**
 * Records one outcome. Time fades all shares; an outcome fades only those of its own key, so that no key can erase what
 * others saw. `weight` is the trust in the signal, 0 to 1.
 */
export function addToCell(
  cell: OutcomeCell,
  outcome: { readonly keyId: string; readonly surprise: number; readonly weight: number; readonly at: Ms },
  decay: Decay,
): void {
  const { keyId, surprise, weight, at } = outcome;
  const byTime = 2 ** (-Math.max(0, at - cell.lastAt) / decay.halfLifeMs);
  cell.lastAt = Math.max(cell.lastAt, at);
  const { shares } = cell;
  for (const share of shares.values()) fadeShare(share, byTime);
  makePlace(shares, keyId, { most: keptKeys, joined: (all, one) => joined(all, one, decay.memory) });
  const share = shares.get(keyId) ?? { surprise: 0, weight: 0 };
  fadeShare(share, 1 - weight / decay.memory);
  share.surprise += weight * surprise;
  share.weight += weight;
  shares.set(keyId, share);
}

/** Keys that share a place are together remembered by as many outcomes as one key. */
function joined(all: Share | undefined, one: Share, memory: number): Share {
  const sum = { surprise: (all?.surprise ?? 0) + one.surprise, weight: (all?.weight ?? 0) + one.weight };
  if (sum.weight > memory) fadeShare(sum, memory / sum.weight);
  return sum;
}

/** Reduces the weight of a key's part and keeps its mean. */
export function fadeShare(share: Share, factor: number): void {
  share.surprise *= factor;
  share.weight *= factor;
}

/**
 * Returns the evidence of a cell for no particular key. A single key counts in full; otherwise a key counts for at most
 * as much as all others together, or for `uncontestedWeight`, whichever is more.
 */
export function evidenceOf({ shares }: OutcomeCell): Evidence {
  if (shares.size === 1) for (const only of shares.values()) return only;
  let total = 0;
  for (const { weight } of shares.values()) total += weight;
  let surprise = 0;
  let weight = 0;
  for (const share of shares.values()) {
    const factor = boundedTo(share.weight, total);
    surprise += factor * share.surprise;
    weight += factor * share.weight;
  }
  return { surprise, weight };
}

/**
 * Returns the evidence of a cell for one key: its own part counts in full, and each other key for no more than all the
 * rest together, or for `unansweredWeight`, whichever is more. So a dissenting key is believed for its own calls and
 * affects others little.
 */
export function evidenceFor({ shares }: OutcomeCell, keyId: string): Evidence {
  let total = 0;
  for (const { weight } of shares.values()) total += weight;
  let surprise = 0;
  let weight = 0;
  for (const [name, share] of shares) {
    const bound = Math.max(unansweredWeight, total - share.weight);
    const factor = name === keyId || share.weight <= bound ? 1 : bound / share.weight;
    surprise += factor * share.surprise;
    weight += factor * share.weight;
  }
  return { surprise, weight };
}

/** Returns the share of a key's weight that counts if all keys together weigh `total`. A single key counts in full. */
export function boundedTo(weight: number, total: number): number {
  const others = total - weight;
  if (others <= 0) return 1;
  const bound = Math.max(uncontestedWeight, others);
  return weight > bound ? bound / weight : 1;
}
