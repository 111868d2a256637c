import type { Interval } from '../core/routing/what-if.ts';

/** What the calls that were looked at stand for. */
export type Scale = {
  /** Their part of all calls, 0 to 1. */
  readonly share: number;
  /** So many calls for each of them. */
  readonly calls: number;
  /** So much money for each nano-dollar of theirs: what was paid for all is known, and how far theirs is from it by chance. */
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

/** The same of all calls. Its bounds lie as much further apart as fewer calls say less. */
export function times({ value, low, high }: Interval, factor: number): Interval {
  return {
    value: Math.round(value * factor),
    low: Math.round(low * factor),
    high: Math.round(high * factor),
  };
}
