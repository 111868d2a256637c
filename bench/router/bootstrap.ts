import { seededRandom } from '../../test/support/seeded-random.ts';

/** A measured value with its 95 % interval. */
export type Interval = { readonly value: number; readonly low: number; readonly high: number };

/**
 * Computes the percentile bootstrap over rows. `measure` gets how often each row was drawn, which is once each for the
 * value itself. The draws come from a fixed seed, so the same data give the same interval.
 */
export function bootstrap(
  rows: number,
  measure: (draws: Uint16Array) => number,
  options: { readonly rounds?: number } = {},
): Interval {
  const { rounds = 1000 } = options;
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
  return {
    value,
    low: values[Math.floor(values.length * 0.025)] ?? value,
    high: values[Math.ceil(values.length * 0.975) - 1] ?? value,
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
): Interval {
  const places = new Map([...new Set(clusters)].map((name, place) => [name, place]));
  const placeOf = clusters.map((name) => places.get(name) ?? 0);
  const ofCases = new Uint16Array(clusters.length);
  return bootstrap(places.size, (draws) => {
    placeOf.forEach((place, at) => (ofCases[at] = draws[place] ?? 0));
    return measure(ofCases);
  });
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
