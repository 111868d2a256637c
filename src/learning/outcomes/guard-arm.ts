import { makePlace } from '../models/make-place.ts';
import { boundedTo } from '../models/outcome-cell.ts';

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

type Tally = { readonly weight: number; readonly sum: number };

/** Share of calls that each arm gets at least, so that both stay known. */
const leastShare = 0.02;
/** The same where it is in doubt which arm does better, or the learned one has lost its calls: what it does now is then worth knowing soon. */
const doubtfulShare = 0.2;

/** About how many outcomes of a key an arm remembers: what it did longer ago neither condemns it nor excuses it. */
const memory = 100;

/** Of more keys than this those with the least share one place: state stays small however many keys there are. */
const keptKeys = 40;

/**
 * How sure it must be that the guard does better, as `evidence` says it, to trip it and to look closer. Chosen so that two
 * arms that do as well hardly ever trip it in 100,000 rated calls, though it looks after each of them.
 */
const tripping = 6;
const doubtful = 0.7;

const nothing: Tally = { weight: 0, sum: 0 };

export function guardArm(state: GuardState = { learned: [], guard: [] }): GuardArm {
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
      const share = found >= doubtful ? doubtfulShare : leastShare;
      return random() < share ? { arm: other, propensity: share } : { arm: usual, propensity: 1 - share };
    },
    record(arm, { score, keyId }) {
      const own = tallies[arm];
      makePlace(own, keyId, { most: keptKeys, joined });
      const faded = scaled(own.get(keyId) ?? nothing, 1 - 1 / memory);
      own.set(keyId, added(faded, { weight: 1, sum: score }));
      ofAll = evidenceOfAll(tallies);
    },
    snapshot: () => ({ learned: [...tallies.learned], guard: [...tallies.guard] }),
  };
}

/** Versions before this remembered more, and squares beside. */
function remembered(said: GuardState[Arm]): Map<string, Tally> {
  return new Map(said.map(([keyId, { weight, sum }]) => [keyId, joined(nothing, { weight, sum })]));
}

/** All who share a place are remembered by as many outcomes as one key is. */
function joined(all: Tally = nothing, one: Tally): Tally {
  const sum = added(all, one);
  return sum.weight > memory ? scaled(sum, memory / sum.weight) : sum;
}

type Tallies = Readonly<Record<Arm, ReadonlyMap<string, Tally>>>;

/**
 * What all say, and the others still, whichever key is left out: where those have too few outcomes of either arm to say so,
 * it is one key's word, and that is for its own calls.
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

/** The word of all keys but `without`, none of which outweighs the others together. */
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
 * How much likelier the outcomes are if the guard does better than if both do as well: the logarithm of that ratio (Wilks,
 * 1938), 0 where the guard did no better. Right for few outcomes too, and, since no scores between 0 and 1 vary more than
 * those that are one or the other, on the safe side for all.
 */
function evidence(learned: Tally, guard: Tally): number {
  if (learned.weight === 0 || guard.weight === 0) return 0;
  const worse = learned.sum / learned.weight;
  const better = guard.sum / guard.weight;
  if (better <= worse) return 0;
  const both = (learned.sum + guard.sum) / (learned.weight + guard.weight);
  return learned.weight * divergence(worse, both) + guard.weight * divergence(better, both);
}

/** Of two chances, in nats (Kullback and Leibler, 1951). */
function divergence(one: number, other: number): number {
  const part = (a: number, b: number) => (a <= 0 ? 0 : a * Math.log(a / b));
  return part(one, other) + part(1 - one, 1 - other);
}
