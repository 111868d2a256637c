import { makePlace } from './make-place.ts';
import { boundedTo } from './outcome-cell.ts';

/**
 * Keeps learning honest: a small, fixed share of calls goes where a policy without anything learned would send them,
 * and when the learned choices do worse than those, everything goes there until they no longer do. A key brings that about
 * for its own calls; for everybody only what the others say too, whichever key is left out.
 */
export interface GuardArm {
  /** Who decides the next call of a key. */
  next(random: () => number, keyId?: string): { readonly arm: Arm; readonly propensity: number };
  /** How a call of an arm turned out, 0 to 1, by the word of a key. */
  record(arm: Arm, outcome: { readonly score: number; readonly keyId: string }): void;
  /** Whether the calls of a key, or of a key that has said nothing yet, go where the guard sends them. */
  trippedFor(keyId: string | undefined): boolean;
  snapshot(): GuardState;
}

export type Arm = 'learned' | 'guard';

/** What each key said of each arm. */
export type GuardState = Readonly<Record<Arm, readonly (readonly [keyId: string, Tally])[]>>;

type Tally = { readonly weight: number; readonly sum: number; readonly squares: number };

/** Share of calls that each arm gets at least, so that both stay known. */
const guardShare = 0.02;

/** About how many outcomes of a key an arm remembers. */
const memory = 500;

/** Of more keys than this those with the least share one place: state stays small however many keys there are. */
const keptKeys = 40;

/** Fewer outcomes than this prove nothing. */
const leastOutcomes = 30;

/** Worse by this much, with 95 % confidence on one side, trips the guard. */
const tolerance = 0.01;
const confidence = 1.645;

const nothing: Tally = { weight: 0, sum: 0, squares: 0 };

export function guardArm(state: GuardState = { learned: [], guard: [] }): GuardArm {
  const tallies: Record<Arm, Map<string, Tally>> = {
    learned: new Map(state.learned),
    guard: new Map(state.guard),
  };
  const saysWorse = (keyId: string) =>
    isWorse(tallies.learned.get(keyId) ?? nothing, tallies.guard.get(keyId) ?? nothing);
  const trippedKeys = new Set([...tallies.learned.keys()].filter(saysWorse));
  let trippedForAll = allSayWorse(tallies);
  const trippedFor = (keyId: string | undefined) =>
    trippedForAll || (keyId !== undefined && trippedKeys.has(keyId));
  return {
    trippedFor,
    next(random, keyId) {
      const tripped = trippedFor(keyId);
      const usual: Arm = tripped ? 'guard' : 'learned';
      const other: Arm = tripped ? 'learned' : 'guard';
      return random() < guardShare
        ? { arm: other, propensity: guardShare }
        : { arm: usual, propensity: 1 - guardShare };
    },
    record(arm, { score, keyId }) {
      const own = tallies[arm];
      makePlace(own, keyId, { most: keptKeys, joined });
      const faded = scaled(own.get(keyId) ?? nothing, 1 - 1 / memory);
      own.set(keyId, added(faded, { weight: 1, sum: score, squares: score ** 2 }));
      trippedKeys.add(keyId);
      // Who has just lost its place to another says nothing any more.
      for (const key of trippedKeys) if (!saysWorse(key)) trippedKeys.delete(key);
      trippedForAll = allSayWorse(tallies);
    },
    snapshot: () => ({ learned: [...tallies.learned], guard: [...tallies.guard] }),
  };
}

/** All who share a place are remembered by as many outcomes as one key is. */
function joined(all: Tally = nothing, one: Tally): Tally {
  const sum = added(all, one);
  return sum.weight > memory ? scaled(sum, memory / sum.weight) : sum;
}

type Tallies = Readonly<Record<Arm, ReadonlyMap<string, Tally>>>;

/**
 * Worse by the word of all, and still worse by that of the others, whichever key is left out: where those have too few
 * outcomes of either arm to say so, it is one key's word, and that is for its own calls.
 */
function allSayWorse({ learned, guard }: Tallies): boolean {
  if (!isWorse(together(learned), together(guard))) return false;
  const keys = new Set([...learned.keys(), ...guard.keys()]);
  return [...keys].every((key) => isWorse(together(learned, key), together(guard, key)));
}

/** The word of all keys but `without`, none of which outweighs the others together. */
function together(keys: ReadonlyMap<string, Tally>, without?: string): Tally {
  const counted = [...keys].filter(([key]) => key !== without).map(([, tally]) => tally);
  const total = counted.reduce((sum, { weight }) => sum + weight, 0);
  return counted.reduce((sum, tally) => added(sum, scaled(tally, boundedTo(tally.weight, total))), nothing);
}

function scaled({ weight, sum, squares }: Tally, factor: number): Tally {
  return { weight: factor * weight, sum: factor * sum, squares: factor * squares };
}

function added(a: Tally, b: Tally): Tally {
  return { weight: a.weight + b.weight, sum: a.sum + b.sum, squares: a.squares + b.squares };
}

function isWorse(learned: Tally, guard: Tally): boolean {
  if (learned.weight < leastOutcomes || guard.weight < leastOutcomes) return false;
  const a = describe(learned);
  const b = describe(guard);
  return b.mean - a.mean - tolerance > confidence * Math.sqrt(a.variance + b.variance);
}

/** Mean, and the variance of that mean. */
function describe({ weight, sum, squares }: Tally): { mean: number; variance: number } {
  const mean = sum / weight;
  return { mean, variance: Math.max(0.01, squares / weight - mean ** 2) / weight };
}
