import { makePlace } from '../models/make-place.ts';
import { boundedTo } from '../models/outcome-cell.ts';

/**
 * Safeguards learning: a small, fixed share of calls goes where a policy without learning would send them. If the
 * learned choices do worse, all calls go there until they no longer do. A key can trip this for its own calls; for all
 * keys only if the others agree, whichever key is left out.
 */
export interface GuardArm {
  /** Draws the arm that decides the next call of a key. */
  next(random: () => number, keyId?: string): { readonly arm: Arm; readonly propensity: number };
  /** Records how a call of an arm turned out, 0 to 1, as reported by a key. */
  record(arm: Arm, outcome: { readonly score: number; readonly keyId: string }): void;
  /** Whether calls of a key follow the guard; `undefined` stands for a key without feedback. */
  trippedFor(keyId: string | undefined): boolean;
  snapshot(): GuardState;
}

export type Arm = 'learned' | 'guard';

/** The feedback of each key on each arm. */
export type GuardState = Readonly<Record<Arm, readonly (readonly [keyId: string, Tally])[]>>;

type Tally = { readonly weight: number; readonly sum: number };

/** Minimum share of calls of each arm, so that both stay measured. */
const minShare = 0.02;
/**
 * Minimum share if it is in doubt which arm does better, or if the learned arm has lost its calls: its current quality
 * is then worth knowing soon.
 */
const doubtfulShare = 0.2;

/** About how many outcomes per key an arm remembers: older ones neither condemn nor excuse it. */
const memory = 100;

/**
 * How many of a key's latest calls of either arm are compared. The guard arm gets few calls, so that its latest
 * outcomes are older than those of the learned arm. If the work became harder in between, they alone must not trip the
 * guard; they only make it measure more closely. Chosen by `node bench/router/guard-period.ts`.
 */
const usualPeriod = 1_500;

/** Above this number of keys, those with the least weight share one place, so that the state stays small. */
const keptKeys = 40;

/**
 * How strong the `evidence` that the guard does better must be to trip it, and to measure more closely. Chosen so that
 * two equal arms hardly ever trip it in 100,000 rated calls, though it checks after each of them.
 */
const tripping = 6;
const doubtful = 0.7;

const nothing: Tally = { weight: 0, sum: 0 };

export function guardArm(
  state: GuardState = { learned: [], guard: [] },
  { period = usualPeriod }: { readonly period?: number } = {},
): GuardArm {
  const tallies: Record<Arm, Map<string, Tally>> = {
    learned: remembered(state.learned),
    guard: remembered(state.guard),
  };
  const ofKey = (keyId: string) =>
    evidence(tallies.learned.get(keyId) ?? nothing, tallies.guard.get(keyId) ?? nothing);
  let ofAll = evidenceOfAll(tallies);
  const against = (keyId: string | undefined) =>
    keyId === undefined ? ofAll : Math.max(ofAll, ofKey(keyId));
  return {
    trippedFor: (keyId) => against(keyId) >= tripping,
    next(random, keyId) {
      const found = against(keyId);
      const usual: Arm = found >= tripping ? 'guard' : 'learned';
      const other: Arm = usual === 'guard' ? 'learned' : 'guard';
      const share = found >= doubtful ? doubtfulShare : minShare;
      return random() < share ? { arm: other, propensity: share } : { arm: usual, propensity: 1 - share };
    },
    record(arm, { score, keyId }) {
      const own = tallies[arm];
      makePlace(own, keyId, { most: keptKeys, joined });
      const faded = scaled(own.get(keyId) ?? nothing, 1 - 1 / memory);
      own.set(keyId, added(faded, { weight: 1, sum: score }));
      const other = tallies[arm === 'guard' ? 'learned' : 'guard'];
      const before = other.get(keyId);
      if (before) other.set(keyId, scaled(before, 1 - 1 / period));
      ofAll = evidenceOfAll(tallies);
    },
    snapshot: () => ({ learned: [...tallies.learned], guard: [...tallies.guard] }),
  };
}

/** Earlier versions remembered more outcomes, and their squares as well. */
function remembered(stored: GuardState[Arm]): Map<string, Tally> {
  return new Map(stored.map(([keyId, { weight, sum }]) => [keyId, joined(nothing, { weight, sum })]));
}

/** Keys that share a place are together remembered by as many outcomes as one key. */
function joined(all: Tally = nothing, one: Tally): Tally {
  const sum = added(all, one);
  return sum.weight > memory ? scaled(sum, memory / sum.weight) : sum;
}

type Tallies = Readonly<Record<Arm, ReadonlyMap<string, Tally>>>;

/**
 * Returns the evidence of all keys, and no more than the others give with any one key left out: if those have too few
 * outcomes of either arm, it is the feedback of one key, which applies only to its own calls.
 */
function evidenceOfAll({ learned, guard }: Tallies): number {
  let least = evidence(together(learned), together(guard));
  if (least < doubtful) return least;
  for (const key of new Set([...learned.keys(), ...guard.keys()])) {
    least = Math.min(least, evidence(together(learned, key), together(guard, key)));
    if (least < doubtful) return least;
  }
  return least;
}

/** Sums the feedback of all keys except `without`; no key outweighs the others together. */
function together(keys: ReadonlyMap<string, Tally>, without?: string): Tally {
  let total = 0;
  for (const [key, { weight }] of keys) if (key !== without) total += weight;
  let all = nothing;
  for (const [key, tally] of keys)
    if (key !== without) all = added(all, scaled(tally, boundedTo(tally.weight, total)));
  return all;
}

function scaled({ weight, sum }: Tally, factor: number): Tally {
  return { weight: factor * weight, sum: factor * sum };
}

function added(a: Tally, b: Tally): Tally {
  return { weight: a.weight + b.weight, sum: a.sum + b.sum };
}

/**
 * Returns the log-likelihood ratio of the outcomes if the guard does better to those if both are equal (Wilks, 1938); 0
 * if the guard did no better. Valid for few outcomes too, and conservative for all scores, since no scores between 0
 * and 1 vary more than binary ones.
 */
function evidence(learned: Tally, guard: Tally): number {
  if (learned.weight === 0 || guard.weight === 0) return 0;
  const worse = learned.sum / learned.weight;
  const better = guard.sum / guard.weight;
  if (better <= worse) return 0;
  const both = (learned.sum + guard.sum) / (learned.weight + guard.weight);
  return learned.weight * divergence(worse, both) + guard.weight * divergence(better, both);
}

/** Returns the divergence of two chances, in nats (Kullback and Leibler, 1951). */
function divergence(one: number, other: number): number {
  const part = (a: number, b: number) => (a <= 0 ? 0 : a * Math.log(a / b));
  return part(one, other) + part(1 - one, 1 - other);
}
