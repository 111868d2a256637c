import type { Candidate } from '../core/provider.ts';
import type { BudgetStanding } from '../core/stores.ts';
import { nanoFromUsd, usdText, type NanoUsd } from '../core/units.ts';
import type { CallRecord } from './record.ts';
import { reservationAmount } from './reservation-amount.ts';
import type { Route } from './route.ts';

/**
 * For a call that leaves the choice open, the same route with those candidates alone that what is left of a budget pays for, the dear ones noted as ruled out;
 * `undefined` where that is nobody or everybody, and for a cascade.
 */
export function affordableRoute(
  route: Route,
  refusedBy: BudgetStanding,
  record: CallRecord,
): Route | undefined {
  // Who names a model means it, and hears that there is no money for it.
  const isOpen = route.features.considered !== undefined || route.call.models !== undefined;
  const [step, ...more] = route.plan.steps;
  // A cascade without its dearest step would be another promise.
  if (!isOpen || !step || more.length > 0) return undefined;
  const left = nanoFromUsd(refusedBy.limitUsd) - refusedBy.spent - refusedBy.reserved;
  const candidates = step.candidates.filter((candidate) => mostFor(route, candidate) <= left);
  if (candidates.length === 0 || candidates.length === step.candidates.length) return undefined;
  const dear = step.candidates.filter((candidate) => !candidates.includes(candidate));
  noteDear(record, dear, left);
  return { ...route, plan: { ...route.plan, steps: [{ ...step, candidates }] } };
}

function mostFor({ features }: Route, candidate: Candidate): NanoUsd {
  return reservationAmount({ steps: [{ candidates: [candidate] }], reason: '' }, features);
}

function noteDear(record: CallRecord, dear: readonly Candidate[], left: NanoUsd): void {
  const reason = `it may cost more than the $${usdText(left)} that are left of a budget`;
  const models = [...new Set(dear.map(({ model }) => model.id))];
  record.warnings.push(
    `${models.join(', ')} may cost more than the $${usdText(left)} left of this key's budget`,
  );
  const { decision } = record;
  if (!decision) return;
  record.decision = {
    ...decision,
    ranked: decision.ranked.filter(({ model }) => !models.includes(model)),
    ruledOut: [...decision.ruledOut, ...models.map((model) => ({ model, rule: 'budget' as const, reason }))],
  };
}
