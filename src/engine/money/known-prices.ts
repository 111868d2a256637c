import { billOf } from '../../core/money/bill-of.ts';
import type { Principal } from '../../core/call.ts';
import { webSearchTerm } from '../../core/money/billing-terms.ts';
import { priceAt } from '../../core/money/price.ts';
import type { RequestTraits } from '../../core/routing/request/request-features.ts';
import type { Ms } from '../../core/units.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Route } from '../route.ts';
import { askedRates } from './asked-terms.ts';
import { furtherModelsAt } from './further-models.ts';

/** Whether any candidate may cost something that known prices do not cover. */
export function isPriceUnknown({ plan, features }: Pick<Route, 'plan' | 'features'>): boolean {
  return plan.steps.some(({ candidates }) => candidates.some((one) => isUnpriced(one, features)));
}

/** A key with a bounded cost needs candidates with a price; if a step has any, only those are tried. */
export function withKnownPrices<Chosen extends Pick<Route, 'plan' | 'features'> & OfKey>(
  route: Chosen,
): Chosen {
  if (!route.call.principal.boundedCost) return route;
  const steps = route.plan.steps.map((step) => {
    const priced = step.candidates.filter((candidate) => !isUnpriced(candidate, route.features));
    return priced.length > 0 && priced.length < step.candidates.length
      ? { ...step, candidates: priced }
      : step;
  });
  if (steps.every((step, at) => step === route.plan.steps[at])) return route;
  return { ...route, plan: { ...route.plan, steps } };
}

type OfKey = { readonly call: { readonly principal: Pick<Principal, 'boundedCost'> } };

/** Whether the candidate has no known price. Bills that the caller pays, and free models, do not concern a budget. */
function isUnpriced(candidate: Candidate, { at, request }: Route['features']): boolean {
  const bill = billOf(candidate);
  if (bill !== 'known') return bill === 'unknown';
  if (askedRates(candidate, request).unknown.length > 0) return true;
  if (asksUnpriced(candidate, request, at)) return true;
  // If the provider may choose any of its models, those of known price stand for the rest.
  if (request.furtherModels?.isAny) return false;
  return furtherModelsAt(candidate, request).some(({ price }) => !price);
}

/** Whether the call asks for something with a price of its own that is unknown: audio, or a tool of the provider. */
function asksUnpriced(
  { model: { price, local, audioApart }, deployment }: Candidate,
  { needs, isSpoken, billedApart = [], clientDialect }: RequestTraits,
  at: Ms,
): boolean {
  if (!price || local) return false;
  const rates = priceAt(price, at);
  if (audioApart && needs.includes('audio') && rates.inputAudio === undefined) return true;
  if (audioApart && isSpoken && rates.outputAudio === undefined) return true;
  if (billedApart.length === 0 || !deployment.endpoints.some(({ dialect }) => dialect === clientDialect))
    return false;
  const isSearchPriced = (rates.webSearch ?? rates.call) !== undefined;
  return billedApart.some((term) => term !== webSearchTerm || !isSearchPriced);
}
