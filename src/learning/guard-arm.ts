/**
 * Keeps learning honest: a small, fixed share of calls goes where a policy without anything learned would send them,
 * and when the learned choices do worse than those, everything goes there until they no longer do.
 */
export interface GuardArm {
  /** Who decides the next call. */
  next(random: () => number): { readonly arm: Arm; readonly propensity: number };
  /** How a call of an arm turned out, 0 to 1. */
  record(arm: Arm, score: number): void;
  readonly tripped: boolean;
  snapshot(): GuardState;
}

export type Arm = 'learned' | 'guard';

export type GuardState = Readonly<Record<Arm, Tally>>;

type Tally = { readonly weight: number; readonly sum: number; readonly squares: number };

/** Share of calls that each arm gets at least, so that both stay known. */
const guardShare = 0.02;

/** About how many outcomes an arm remembers. */
const memory = 500;

/** Fewer outcomes than this prove nothing. */
const leastOutcomes = 30;

/** Worse by this much, with 95 % confidence on one side, trips the guard. */
const tolerance = 0.01;
const confidence = 1.645;

const nothing: Tally = { weight: 0, sum: 0, squares: 0 };

export function guardArm(state: GuardState = { learned: nothing, guard: nothing }): GuardArm {
  const tallies: Record<Arm, Tally> = { ...state };
  let tripped = isWorse(tallies);
  return {
    next(random) {
      const usual: Arm = tripped ? 'guard' : 'learned';
      const other: Arm = tripped ? 'learned' : 'guard';
      return random() < guardShare
        ? { arm: other, propensity: guardShare }
        : { arm: usual, propensity: 1 - guardShare };
    },
    record(arm, score) {
      const { weight, sum, squares } = tallies[arm];
      const kept = 1 - 1 / memory;
      tallies[arm] = {
        weight: kept * weight + 1,
        sum: kept * sum + score,
        squares: kept * squares + score ** 2,
      };
      tripped = isWorse(tallies);
    },
    get tripped() {
      return tripped;
    },
    snapshot: () => ({ ...tallies }),
  };
}

function isWorse({ learned, guard }: GuardState): boolean {
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
