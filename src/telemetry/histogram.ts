import type { MetricValue } from '../core/telemetry/call-observer.ts';

/** Upper bounds in seconds, from a cached answer to long reasoning. */
const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600] as const;

/** Counts of durations by bucket. */
export type Histogram = { readonly counts: Float64Array; sum: number; count: number };

export function newHistogram(): Histogram {
  return { counts: new Float64Array(bounds.length), sum: 0, count: 0 };
}

export function observe(histogram: Histogram, seconds: number): void {
  histogram.sum += seconds;
  histogram.count += 1;
  for (let at = 0; at < bounds.length; at += 1) {
    if (seconds > (bounds[at] ?? Infinity)) continue;
    histogram.counts[at] = (histogram.counts[at] ?? 0) + 1;
    return;
  }
}

/** Returns cumulative buckets, as Prometheus expects. */
export function histogramValues(
  name: string,
  labels: Readonly<Record<string, string>>,
  { counts, sum, count }: Histogram,
): MetricValue[] {
  let below = 0;
  const buckets = bounds.map((le, at) => {
    below += counts[at] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { le: '+Inf', ...labels }, value: count },
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
