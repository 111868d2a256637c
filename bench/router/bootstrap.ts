import { seededRandom } from '../../test/support/seeded-random.ts';

/** A measured value with its 95 % interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/**
 * Computes the percentile bootstrap over rows. `measure` gets how often each row was drawn, which is once each for the
 * value itself. The draws come from a fixed seed, so the same data give the same interval. A measure is biased if chance
 * alone raises it, as the noise of repeated rows raises every distance: its interval is moved by as much as its draws lie
 * beside the value on average (Efron and Tibshirani, An Introduction to the Bootstrap, chapter 10).
 */
export function bootstrap(
  rows: number,
  measure: (draws: Uint16Array) => number,
  options: { readonly rounds?: number; readonly isBiased?: boolean } = {},
): Interval {
  const { rounds = 1000, isBiased = false } = options;
  const draws = new Uint16Array(rows).fill(1);
  const value = measure(draws);
  const random = seededRandom(20_241_201);
  const values = Float64Array.from({ length: rounds }, () => {
    draws.fill(0);
    for (let draw = 0; draw < rows; draw++) {
      const row = Math.floor(random() * rows);
      draws[row] = (draws[row] ?? 0) + 1;
    }
    return measure(draws);
  })
    // Draws of few rows may divide by zero: such a draw has no value.
    .filter((drawn) => !Number.isNaN(drawn))
    .sort();
  const mean = values.reduce((sum, drawn) => sum + drawn, 0) / values.length;
  const bias = isBiased && values.length > 0 ? mean - value : 0;
  return {
    value,
    low: (values[Math.floor(values.length * 0.025)] ?? value) - bias,
    high: (values[Math.ceil(values.length * 0.975) - 1] ?? value) - bias,
  };
}

/**
 * Computes the bootstrap for dependent cases, such as many models' answers to one question: whole clusters are drawn,
 * each with all its cases (the randomized cluster bootstrap of Field and Welsh, Bootstrapping Clustered Data, 2007).
 * Drawing single cases as if independent would give too narrow an interval. `clusters` names the cluster of each case.
 */
export function clusteredBootstrap(
  clusters: readonly string[],
  measure: (draws: Uint16Array) => number,
  options: { readonly isBiased?: boolean } = {},
): Interval {
  const places = new Map([...new Set(clusters)].map((name, place) => [name, place]));
  const placeOf = clusters.map((name) => places.get(name) ?? 0);
  const ofCases = new Uint16Array(clusters.length);
  const ofClusters = (draws: Uint16Array) => {
    placeOf.forEach((place, at) => (ofCases[at] = draws[place] ?? 0));
    return measure(ofCases);
  };
  return bootstrap(places.size, ofClusters, options);
}

/** Returns the mean of `values` over drawn rows. */
export function drawnMean(values: ArrayLike<number>, draws: Uint16Array): number {
  let sum = 0;
  let count = 0;
  for (let row = 0; row < draws.length; row++) {
    const times = draws[row] ?? 0;
    sum += times * (values[row] ?? 0);
    count += times;
  }
  return sum / count;
}
