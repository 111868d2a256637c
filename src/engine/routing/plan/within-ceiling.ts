import type { Plan } from '../../../core/routing/plan/plan.ts';
import { nanoFromUsd, dollarText } from '../../../core/units.ts';
import { reservationAmount } from '../../money/reservation-amount.ts';
import type { Route } from '../../route.ts';
import { planPath } from '../../../core/routing/plan/plan-path.ts';
import { withinAmount } from '../../money/within-amount.ts';

/**
 * A caller's ceiling applies to the whole call: a cascade whose steps may together cost more ends with a cheaper model;
 * if that is still too expensive, the last step answers alone. Each model by itself has passed the ceiling already.
 */
export function withinCeiling(route: Pick<Route, 'choice' | 'plan' | 'features'>): Plan {
  const { features, plan } = route;
  if (features.limits.maxCostUsd === undefined || plan.steps.length < 2) return plan;
  const most = nanoFromUsd(features.limits.maxCostUsd);
  if (reservationAmount(plan, features) <= most) return plan;
  const ceiling = `the ceiling of ${dollarText(most)}`;
  const cheaper = withinAmount(route, most).plan;
  if (reservationAmount(cheaper, features) > most) return alone(plan, ceiling);
  const [missed, last] = [lastOf(plan), lastOf(cheaper)];
  if (missed === last) return cheaper;
  const warning = `${missed} may cost more than ${ceiling} as the last step of a cascade: the cascade ends with ${last}`;
  const reason = plan.reason.replace(planPath(plan), planPath(cheaper));
  return { ...cheaper, reason, warnings: [...(plan.warnings ?? []), warning] };
}

function alone({ steps, warnings = [], ...plan }: Plan, ceiling: string): Plan {
  const step = steps.at(-1);
  const reason = `${step?.candidates[0]?.model.id} directly: several steps may cost more than ${ceiling}`;
  return { ...plan, steps: step ? [step] : [], warnings: [...warnings, reason], reason };
}

function lastOf({ steps }: Plan): string | undefined {
  return steps.at(-1)?.candidates[0]?.model.id;
}
