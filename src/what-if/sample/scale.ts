import type { Interval } from '../../core/routing/what-if.ts';

/** What the sampled calls stand for. */
export type Scale = {
  /** Their share of all calls, 0 to 1. */
  readonly share: number;
  /** How many calls each of them stands for. */
  readonly calls: number;
  /**
   * How many nano-dollars each of theirs stands for. What was paid for all calls is known, so this also corrects the
   * sampling error of their cost.
   */
  readonly money: number;
};

type Counted = { readonly calls: number; readonly nanoUsd: number };

export function scaleOf(looked: Counted, all: Counted): Scale {
  if (looked.calls === 0 || looked.calls >= all.calls) return { share: 1, calls: 1, money: 1 };
  const calls = all.calls / looked.calls;
  return {
    share: 1 / calls,
    calls,
    money: looked.nanoUsd > 0 && all.nanoUsd > 0 ? all.nanoUsd / looked.nanoUsd : calls,
  };
}

/** Scales an interval to all calls, its bounds included: fewer calls give wider bounds. */
export function times({ value, low, high }: Interval, factor: number): Interval {
  return {
    value: Math.round(value * factor),
    low: Math.round(low * factor),
    high: Math.round(high * factor),
  };
}
