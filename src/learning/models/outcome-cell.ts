import type { Ms } from '../../core/units.ts';
import { makePlace } from './make-place.ts';

/**
 * How outcomes differed from what was expected of them, for one model at one kind of work: decayed sums, per key, so
 * that no key alone decides what everybody gets.
 */
export type OutcomeCell = { readonly shares: Map<string, Share>; lastAt: Ms };

/** One key's part of a cell: the sum of (score - expected), and how many outcomes it still stands for. */
export type Share = { surprise: number; weight: number };

/** The evidence of a cell once every key's part is bounded. */
export type Evidence = { readonly surprise: number; readonly weight: number };

export type Decay = {
  /** About how many of its latest outcomes a key is remembered by, in each cell. */
  readonly memory: number;
  /** After this long, an outcome counts half. */
  readonly halfLifeMs: Ms;
};

/** A key counts for at least this many outcomes, and beyond that for no more than all other keys together. */
const uncontestedWeight = 40;

/** For the others, a key with which nobody agrees or disagrees counts for at most this many outcomes. */
const unansweredWeight = 5;

/** Of more keys than this those with the least share one place: state stays small however many keys there are. */
const keptKeys = 40;

export function emptyCell(at: Ms): OutcomeCell {
  return { shares: new Map(), lastAt: at };
}

/**
 * Books one outcome. Time fades everything; a further outcome fades those of its own key only, so that nobody can
 * wash away what others saw. `weight` says how much the signal is trusted, 0 to 1.
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

/** All who share a place are remembered by as many outcomes as one key is. */
function joined(all: Share | undefined, one: Share, memory: number): Share {
  const sum = { surprise: (all?.surprise ?? 0) + one.surprise, weight: (all?.weight ?? 0) + one.weight };
  if (sum.weight > memory) fadeShare(sum, memory / sum.weight);
  return sum;
}

/** Makes a key's part count for less, its mean unchanged. */
export function fadeShare(share: Share, factor: number): void {
  share.surprise *= factor;
  share.weight *= factor;
}

/**
 * What a cell says to nobody in particular. A key that is alone is believed; beside others it counts for at most as much as they do together,
 * or for `uncontestedWeight`, whichever is more.
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
 * What a cell says to one key: its own part counts in full, and of the others none for more than all the rest together,
 * or for `unansweredWeight`, whichever is more. So whoever is alone is believed by itself, and spoils little for others.
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

/** What of a key's weight counts, as a share of it, where all keys together weigh `total`. A key that is alone counts in full. */
export function boundedTo(weight: number, total: number): number {
  const others = total - weight;
  if (others <= 0) return 1;
  const bound = Math.max(uncontestedWeight, others);
  return weight > bound ? bound / weight : 1;
}
