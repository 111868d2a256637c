import type { NanoUsd } from '../../core/units.ts';
import type { Route } from '../route.ts';
import { reservationAmount } from './reservation-amount.ts';
import { withFirstCandidates } from './with-first-candidates.ts';

/** The amount that a call of this route reserves: the most that the candidates it would really try can cost. */
export function amountOf(route: Pick<Route, 'choice' | 'plan' | 'features'>): NanoUsd {
  const { plan, features } = withFirstCandidates(route);
  return reservationAmount(plan, features);
}
