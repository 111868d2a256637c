import type { Interval } from '../../core/routing/what-if.ts';
import { meanOf } from '../../core/lists/mean-of.ts';

/** Standard normal quantile of 97.5 %. */
const z = 1.96;

/**
 * Returns a sum over calls, with bounds for another sample of the same size. Costs are never negative and few of them
 * are high, so the bounds are the sum times and divided by the same factor (log-normal).
 */
export function sumInterval(values: readonly number[], deviations: readonly number[] = []): Interval {
  const { sum, deviation } = spreadOf(values, deviations);
  const times = sum > 0 ? Math.exp(z * Math.sqrt(Math.log(1 + (deviation / sum) ** 2))) : 1;
  return { value: Math.round(sum), low: Math.round(sum / times), high: Math.round(sum * times) };
}

/**
 * Returns a sum of differences, call by call, with bounds: most calls stay as they were, and their random variations
 * cancel.
 */
export function differenceInterval(values: readonly number[], deviations: readonly number[] = []): Interval {
  const { sum, deviation } = spreadOf(values, deviations);
  return {
    value: Math.round(sum),
    low: Math.round(sum - z * deviation),
    high: Math.round(sum + z * deviation),
  };
}

/**
 * Returns the sum and its standard deviation. One extra call is assumed, as far from the mean as the mean is from zero:
 * a single call, or a few equal ones, say little about others. `deviations` are those of single values that are
 * expectations themselves.
 */
function spreadOf(
  values: readonly number[],
  deviations: readonly number[],
): { readonly sum: number; readonly deviation: number } {
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / Math.max(1, values.length);
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, mean ** 2);
  const own = deviations.reduce((total, deviation) => total + deviation ** 2, 0);
  return { sum, deviation: Math.sqrt(squares + own) };
}

/** A chance of success with its uncertainty, and the model it belongs to. */
export type KnownChance = OfModel & {
  readonly mean: number;
  /** If one of several models answers: what each adds to the uncertainty. */
  readonly parts?: readonly OfModel[];
};

type OfModel = { readonly deviation: number; readonly model: string };

/** Returns the mean chance of all calls, estimated from these, which are a `share` of them. */
export function qualityInterval(calls: readonly KnownChance[], share = 1): Interval {
  const means = calls.map(({ mean }) => mean);
  const value = meanOf(means);
  const width = Math.hypot(widthOf(calls.map((known) => ({ ...known, sign: 1 }))), drawingOf(means, share));
  return { value, low: Math.max(0, value - width), high: Math.min(1, value + width) };
}

/** Returns how much the mean chance changes. The uncertainty about a model cancels in calls that stay with it. */
export function qualityDifference(
  pairs: readonly { readonly before: KnownChance; readonly after: KnownChance }[],
  share = 1,
): Interval {
  const differences = pairs.map(({ before, after }) => after.mean - before.mean);
  const value = meanOf(differences);
  const signed = pairs.flatMap(({ before, after }) => [
    { ...after, sign: 1 },
    { ...before, sign: -1 },
  ]);
  const width = Math.hypot(2 * widthOf(signed), drawingOf(differences, share));
  return { value, low: Math.max(-1, value - width), high: Math.min(1, value + width) };
}

/**
 * An error in a model's estimate is the same in all its calls, whatever their task: it does not average out over them.
 */
function widthOf(calls: readonly (KnownChance & { readonly sign: number })[]): number {
  const ofModel = new Map<string, number>();
  for (const { sign, ...known } of calls)
    for (const { model, deviation } of known.parts ?? [known])
      ofModel.set(model, (ofModel.get(model) ?? 0) + (sign * deviation) / calls.length);
  return z * Math.sqrt([...ofModel.values()].reduce((sum, part) => sum + part ** 2, 0));
}

/** The sampling error of the mean: how much it would vary with other calls drawn from the same population. */
function drawingOf(values: readonly number[], share: number): number {
  const mean = meanOf(values);
  const variance = meanOf(values.map((value) => (value - mean) ** 2));
  return z * Math.sqrt((variance * (1 - share)) / Math.max(1, values.length));
}
