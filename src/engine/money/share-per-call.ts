import type { NanoUsd } from '../../core/units.ts';
import { amountOf } from './amount-of.ts';
import type { Route } from '../route.ts';
import { reservableCosts, withinAmount } from './within-amount.ts';

/** What several calls reserve together if no candidate of theirs may cost more than `maxPerCall`. */
export function amountWithin(routes: readonly Route[], maxPerCall: NanoUsd | undefined): NanoUsd {
  return routes.reduce(
    (sum, route) => sum + amountOf(maxPerCall === undefined ? route : withinAmount(route, maxPerCall)),
    0n,
  );
}

/**
 * The most that each of several calls may cost so that all fit into the remaining amount; `undefined` if even the
 * cheapest do not fit.
 */
export function sharePerCall(routes: readonly Route[], left: NanoUsd): NanoUsd | undefined {
  const shares = [...new Set(routes.flatMap(reservableCosts))].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let share: NanoUsd | undefined;
  let [low, high] = [0, shares.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const tried = shares[middle];
    if (tried !== undefined && amountWithin(routes, tried) <= left) {
      share = tried;
      low = middle + 1;
    } else high = middle;
  }
  return share;
}
