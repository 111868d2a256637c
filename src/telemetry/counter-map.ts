import type { MetricValue } from '../core/call-observer.ts';

/** Counters by labels whose values come from closed lists. */
export type CounterMap = {
  /** `values` in the order of the labels. */
  add(...values: string[]): void;
  values(): MetricValue[];
};

/** One joined text a series: a look-up and an addition are all that counting costs. */
export function counterMap(labels: readonly string[]): CounterMap {
  const counts = new Map<string, number>();
  return {
    add(...values) {
      const series = values.join('\n');
      counts.set(series, (counts.get(series) ?? 0) + 1);
    },
    values: () =>
      [...counts].map(([series, value]) => {
        const values = series.split('\n');
        return { value, labels: Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ''])) };
      }),
  };
}
