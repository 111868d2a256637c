import type { Interval } from '../core/what-if.ts';

/** Standard normal quantile of 97.5 %. */
const z = 1.96;

/**
 * A sum over calls with what another sample of as many like calls would make of it. Costs are never below nothing and few of
 * them are high, so the bounds are as many times the sum as they divide it (log-normal).
 */
export function sumInterval(values: readonly number[]): Interval {
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / Math.max(1, values.length);
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const deviation = Math.sqrt((squares * values.length) / Math.max(1, values.length - 1));
  const times = sum > 0 ? Math.exp(z * Math.sqrt(Math.log(1 + (deviation / sum) ** 2))) : 1;
  return { value: Math.round(sum), low: Math.round(sum / times), high: Math.round(sum * times) };
}

/** A chance of success with how well it is known. */
export type Known = { readonly mean: number; readonly deviation: number; readonly cell: string };

/** The mean chance. Calls of one cell (model and task) are wrong together: what is not known of it does not average out. */
export function qualityInterval(calls: readonly Known[]): Interval {
  const count = Math.max(1, calls.length);
  const value = calls.reduce((sum, { mean }) => sum + mean, 0) / count;
  const cells = Object.values(Object.groupBy(calls, ({ cell }) => cell));
  const variance = cells.reduce((sum, members = []) => {
    const share = members.length / count;
    return sum + (share * (members[0]?.deviation ?? 0)) ** 2;
  }, 0);
  const width = z * Math.sqrt(variance);
  return { value, low: Math.max(0, value - width), high: Math.min(1, value + width) };
}
