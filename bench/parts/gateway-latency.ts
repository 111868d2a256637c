import type { Measured } from '../compare-proxies.ts';
import { median } from '../median.ts';
import type { Section } from '../section.ts';
import { steady } from '../workload.ts';

/** The latency that every proxy adds while requests arrive at a steady rate. */
export function latency(measured: readonly Measured[], rounds: number): Section {
  return {
    id: 'gateway-latency',
    title: `Time added at ${steady.name}`,
    explanation:
      `Whole replies of 2 KB, each timed from the moment its request was scheduled; the median of ${rounds} rounds of ` +
      `${steady.requests} requests. Added is the time above the same requests without a proxy.`,
    columns: ['', 'p50 ms', 'p99 ms', 'p50 added', 'p99 added', 'failures'],
    rows: measured.map((one) => {
      const { p50Ms, p99Ms, failures } = steadyOf(one);
      const added = addedMs(measured, one);
      return [
        one.target.name,
        p50Ms.toFixed(2),
        p99Ms.toFixed(2),
        added.p50Ms.toFixed(2),
        added.p99Ms.toFixed(2),
        String(failures),
      ];
    }),
  };
}

/** Beyond the target that is no proxy. */
export function addedMs(measured: readonly Measured[], one: Measured): { p50Ms: number; p99Ms: number } {
  const direct = measured.find(({ target }) => target.name === 'direct') ?? one;
  const [own, none] = [steadyOf(one), steadyOf(direct)];
  return { p50Ms: own.p50Ms - none.p50Ms, p99Ms: own.p99Ms - none.p99Ms };
}

function steadyOf({ samples }: Measured) {
  const own = samples.filter(({ scenario }) => scenario === steady.name);
  return {
    p50Ms: median(own.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(own.map(({ p99Ms }) => p99Ms)),
    failures: own.reduce((sum, { failures }) => sum + failures, 0),
  };
}
