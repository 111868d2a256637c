import type { Ms } from '../../core/units.ts';
import { makePlace } from './make-place.ts';

/**
 * How outcomes differed from what was expected, for one model at one kind of work: decayed sums per key, so that no
 * single key decides for all.
 */
export type OutcomeCell = { readonly shares: Map<string, Share>; lastAt: Ms };

/** One key's part of a cell. */
export type Share = Evidence & {
  /**
   * What this part would be if its model had not changed, as long as a suspected change is neither confirmed nor
   * refuted.
   */
  unchanged?: Evidence;
};

/** The sum of (score - expected), the sum of what was expected, and the number of outcomes that they still count for. */
type Evidence = { surprise: number; expected: number; weight: number };

/** The evidence of a cell after every key's part is bounded. */
export type CellEvidence = Readonly<Evidence>;

export const noEvidence: CellEvidence = { surprise: 0, expected: 0, weight: 0 };

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
  outcome: {
    readonly keyId: string;
    readonly surprise: number;
    /** What was expected of the score. Default 0: not of interest. */
    readonly expected?: number;
    readonly weight: number;
    readonly at: Ms;
  },
  decay: Decay,
): void {
  const { keyId, surprise, expected = 0, weight, at } = outcome;
  const byTime = keptAfter(at - cell.lastAt, decay);
  cell.lastAt = Math.max(cell.lastAt, at);
  const { shares } = cell;
  for (const share of shares.values()) fadeShare(share, byTime);
  makePlace(shares, keyId, { most: keptKeys, joined: (all, one) => joined(all, one, decay.memory) });
  const share = shares.get(keyId) ?? { ...noEvidence };
  fadeShare(share, 1 - weight / decay.memory);
  const seen = { surprise, expected, weight: 1 };
  addShare(share, seen, weight);
  if (share.unchanged) addShare(share.unchanged, seen, weight);
  shares.set(keyId, share);
}

/** Returns the share of an outcome's weight that is left after some time. */
export function keptAfter(elapsedMs: Ms, { halfLifeMs }: Pick<Decay, 'halfLifeMs'>): number {
  return elapsedMs > 0 ? 2 ** (-elapsedMs / halfLifeMs) : 1;
}

/** Keys that share a place are together remembered by as many outcomes as one key. */
function joined(all: Share | undefined, one: Share, memory: number): Share {
  const sum: Share = { ...(all ?? noEvidence) };
  addShare(sum, one);
  if (sum.weight > memory) fadeShare(sum, memory / sum.weight);
  return sum;
}

/** Reduces the weight of a key's part and keeps its means. */
export function fadeShare(share: Share, factor: number): void {
  share.surprise *= factor;
  share.expected *= factor;
  share.weight *= factor;
  if (share.unchanged) fadeShare(share.unchanged, factor);
}

/** Adds a part to another, as if its outcomes counted `factor` times. */
export function addShare(share: Evidence, one: CellEvidence, factor = 1): void {
  share.surprise += factor * one.surprise;
  share.expected += factor * one.expected;
  share.weight += factor * one.weight;
}

type Shares = { readonly shares: ReadonlyMap<string, CellEvidence> };

/** How a cell is read. */
export type Reading = (cell: OutcomeCell) => Shares;

/** Reads cells at a time: outcomes fade whether or not others follow them. */
export function readingAt(at: Ms, decay: Decay): Reading {
  return (cell) => faded(cell, keptAfter(at - cell.lastAt, decay));
}

/** Reads cells at a time as if no model had changed that is only suspected of it. */
export function unchangedAt(at: Ms, decay: Decay): Reading {
  return ({ shares, lastAt }) => {
    const factor = keptAfter(at - lastAt, decay);
    const left = new Map<string, CellEvidence>();
    for (const [key, share] of shares) left.set(key, fadedShare(share.unchanged ?? share, factor));
    return { shares: left };
  };
}

function faded({ shares }: Shares, factor: number): Shares {
  if (factor === 1) return { shares };
  const left = new Map<string, CellEvidence>();
  for (const [key, share] of shares) left.set(key, fadedShare(share, factor));
  return { shares: left };
}

/** Reading a model's cells makes many of these: a plain literal takes a fraction of the time of a copy. */
function fadedShare({ surprise, expected, weight }: CellEvidence, factor: number): CellEvidence {
  return { surprise: factor * surprise, expected: factor * expected, weight: factor * weight };
}

/** Returns how much each key's part of a cell counts, 0 to 1. */
export type Bound = (
  shares: ReadonlyMap<string, CellEvidence>,
) => (keyId: string, share: CellEvidence) => number;

/**
 * For no particular key: a single key counts in full; otherwise a key counts for at most as much as all others
 * together, or for `uncontestedWeight`, whichever is more.
 */
export const boundForAll: Bound = (shares) => {
  const total = totalOf(shares);
  return (_, { weight }) => boundedTo(weight, total);
};

/**
 * For one key: its own part counts in full, and each other key for no more than all the rest together, or for
 * `unansweredWeight`, whichever is more. So a dissenting key is believed for its own calls and affects others little.
 */
export function boundFor(keyId: string): Bound {
  return (shares) => {
    const total = totalOf(shares);
    return (name, { weight }) => {
      const bound = Math.max(unansweredWeight, total - weight);
      return name === keyId || weight <= bound ? 1 : bound / weight;
    };
  };
}

/** Counts what a key itself has seen; where it has seen nothing, what all have seen. */
export function boundToOwn(keyId: string): Bound {
  return (shares) => (shares.has(keyId) ? (name) => Number(name === keyId) : boundForAll(shares));
}

/** Returns the evidence of a cell with each key's part bounded. */
export function evidenceOf({ shares }: Shares, bound: Bound = boundForAll): CellEvidence {
  const counts = bound(shares);
  const sum = { ...noEvidence };
  for (const [name, share] of shares) addShare(sum, share, counts(name, share));
  return sum;
}

/** Returns one cell of the same kind of work at several providers, key by key. */
export function joinedProviders(cells: readonly Shares[]): Shares {
  const [only] = cells;
  if (only && cells.length === 1) return only;
  const all = new Map<string, Evidence>();
  for (const { shares } of cells)
    for (const [name, share] of shares) {
      const sum = all.get(name) ?? { ...noEvidence };
      addShare(sum, share);
      all.set(name, sum);
    }
  return { shares: all };
}

/**
 * Returns one cell of several kinds of work, key by key. A kind counts for at most `most` outcomes, however many there
 * are: many outcomes of one kind show little of others.
 */
export function joinedKinds(kinds: Iterable<Shares>, most: number, bound: Bound): Shares {
  const all = new Map<string, Evidence>();
  for (const kind of kinds) {
    const counts = bound(kind.shares);
    const limit = most / (most + evidenceOf(kind, bound).weight);
    for (const [name, share] of kind.shares) {
      const sum = all.get(name) ?? { ...noEvidence };
      addShare(sum, share, limit * counts(name, share));
      all.set(name, sum);
    }
  }
  return { shares: all };
}

function totalOf(shares: ReadonlyMap<string, CellEvidence>): number {
  let total = 0;
  for (const { weight } of shares.values()) total += weight;
  return total;
}

/** Returns the share of a key's weight that counts if all keys together weigh `total`. A single key counts in full. */
export function boundedTo(weight: number, total: number): number {
  const others = total - weight;
  if (others <= 0) return 1;
  const bound = Math.max(uncontestedWeight, others);
  return weight > bound ? bound / weight : 1;
}
