import type { MetricValue } from '../core/telemetry/call-observer.ts';
import { seriesTree } from './series-tree.ts';

/** Counters by labels with a fixed set of values. */
export type CounterMap = {
  /** `values` in the order of the labels. */
  add(...values: string[]): void;
  values(): MetricValue[];
};

export function counterMap(labels: readonly string[]): CounterMap {
  const counts = seriesTree(() => ({ count: 0 }));
  return {
    add(...values) {
      counts.of(...values).count += 1;
    },
    values: () =>
      counts.all().map(({ values, series }) => ({
        value: series.count,
        labels: Object.fromEntries(labels.map((label, at) => [label, values[at] ?? ''])),
      })),
  };
}
