import { dollarText, type NanoUsd } from '../../core/units.ts';
import type { ChosenRoute, Route } from '../route.ts';
import { decisionWithout, dropped, type Narrowing } from './dropped-candidates.ts';
import { withKnownPrices } from './known-prices.ts';
import { withinAmount } from './within-amount.ts';

/**
 * Leaves out the candidates that the call may not use whatever its key has left: those without a known price, if a
 * budget of the key requires one; and those that cost more than a parent, whose budget does not cover the most
 * expensive route of all its calls, allows each of them.
 */
export function affordableRoute<Chosen extends ChosenRoute>(chosen: Chosen): Chosen {
  const priced = narrowed(
    chosen,
    withKnownPrices(chosen.route),
    'has no known price, which a budget of this key requires',
  );
  const most = chosen.route.call.parent?.reservation?.maxPerCall;
  return most === undefined
    ? priced
    : withinLimit(priced, most, `the ${dollarText(most)} that this key's budget allows for each call`);
}

/** Leaves out the candidates that may cost more than what is left of a budget. */
export function withinBudget(chosen: ChosenRoute, left: NanoUsd): ChosenRoute {
  return withinLimit(chosen, left, `the ${dollarText(left)} left of this key's budget`);
}

function withinLimit<Chosen extends ChosenRoute>(chosen: Chosen, most: NanoUsd, limit: string): Chosen {
  return narrowed(chosen, withinAmount(chosen.route, most), `may cost more than ${limit}`);
}

/** Records what was left out as ruled out; warns if a model that would have been asked first is among it. */
function narrowed<Chosen extends ChosenRoute>(chosen: Chosen, after: Route, why: string): Chosen {
  const before = chosen.route;
  if (after === before) return chosen;
  const narrowing: Narrowing = { before: before.plan, after: after.plan, why };
  const { leaders } = dropped(narrowing);
  return {
    ...chosen,
    route: after,
    decision: decisionWithout(chosen.decision, narrowing),
    warnings: [...chosen.warnings, ...leaders.map((leader) => `${leader} ${why}`)],
  };
}
