import { billOf } from '../core/bill-of.ts';
import type { Call } from '../core/call.ts';
import { ConclaveError } from '../core/errors.ts';
import type { PlanStep } from '../core/plan.ts';
import { costOf } from '../core/price.ts';
import type { Candidate } from '../core/provider.ts';
import type { BudgetStanding, OpenResult } from '../core/stores.ts';
import { nanoFromUsd, type Ms, type NanoUsd, dollarText } from '../core/units.ts';
import { noUsage } from '../core/usage.ts';
import type { EngineContext } from './engine.ts';
import type { CallRecord } from './record.ts';
import { askedTerms } from './money/asked-terms.ts';
import { furtherModelsAt } from './money/further-models.ts';
import { reservationAmount } from './money/reservation-amount.ts';
import type { Route } from './route.ts';
import { withFirstCandidates } from './routing/first-candidates.ts';
import { leftText, noteDear, noteUnpriced, type ReserveNotes, withoutDear } from './routing/without-dear.ts';

/**
 * Sets the dearest way that the plan can go aside and commits the intent, so that neither a crash nor a rival can spend
 * the same money. Under a hard budget a call without an output limit gets one, and hears of it if it cuts the answer; where too little is
 * left for the dearest candidates, they are left out.
 * @throws ConclaveError `budget_exceeded` where what is left does not even pay for the cheapest, or for whoever was named.
 */
export async function reserve(engine: EngineContext, route: Route, record: CallRecord): Promise<Route> {
  const priced = withKnownPrices(route);
  noteUnpriced(record, { before: route, after: priced });
  const limited = withOutputLimit(engine, withinShare(priced, record), record);
  return await openWithin(limited, { notes: record, open: (tried) => openIntent(engine, tried, record) });
}

/**
 * What `reserve` would make of a route now, with nothing reserved or written.
 * @throws ConclaveError `budget_exceeded` as it does.
 */
export async function wouldReserve(
  { ledger, now }: Pick<EngineContext, 'ledger' | 'now'>,
  route: Route,
  notes: ReserveNotes,
): Promise<Route> {
  const priced = withKnownPrices(route);
  noteUnpriced(notes, { before: route, after: priced });
  const { keyId } = route.call.principal;
  return await openWithin(priced, {
    notes,
    open: (tried) =>
      ledger.wouldOpen({
        keyId,
        startedAt: now(),
        simulated: isSimulated(tried),
        reserved: amountOf(tried),
        unknownPrice: isPriceUnknown(tried),
      }),
  });
}

type Opening = {
  readonly notes: ReserveNotes;
  readonly open: (route: Route) => Promise<OpenResult>;
};

async function openWithin(route: Route, opening: Opening): Promise<Route> {
  const tried = withFirstCandidates(route);
  const opened = await opening.open(tried);
  if (opened.ok) return tried;
  // Whoever left the choice open is better served by a cheaper model than by none.
  const left = leftOf(opened.refusedBy);
  const affordable = withoutDear(route, left);
  if (affordable === route || amountOf(affordable) > left) {
    throw budgetExceeded(opened.refusedBy, { amount: amountOf(tried), unknownPrice: isPriceUnknown(tried) });
  }
  noteDear(opening.notes, { before: route, after: affordable }, leftText(left));
  return await openWithin(affordable, opening);
}

/** What a call of a route sets aside: the most that the part of it can cost which is truly tried. */
export function amountOf(route: Route): NanoUsd {
  const { plan, features } = withFirstCandidates(route);
  return reservationAmount(plan, features);
}

/** What a budget still has for new calls. */
export function leftOf({ limitUsd, spent, reserved }: BudgetStanding): NanoUsd {
  return nanoFromUsd(limitUsd) - spent - reserved;
}

/** A parent whose budget did not hold all ways of all its calls has said how dear each may become. */
function withinShare(route: Route, record: CallRecord): Route {
  const most = route.call.reservation?.mostPerCall;
  if (most === undefined) return route;
  const after = withoutDear(route, most);
  noteDear(
    record,
    { before: route, after },
    `the ${dollarText(most)} that this key's budget leaves for each call`,
  );
  return after;
}

function openIntent(engine: EngineContext, route: Route, record: CallRecord): Promise<OpenResult> {
  const candidates = route.plan.steps.flatMap((step) => step.candidates);
  const amount = amountOf(route);
  const { reservation } = route.call;
  const covered = reservation !== undefined && (reservation.claim?.(amount) ?? true);
  return record.open({
    reserved: covered ? 0n : amount,
    ...(covered && { drawsOn: { reservation, amount } }),
    inputEstimate: inputEstimate(route, candidates[0], engine.now()),
    simulated: isSimulated(route),
    unknownPrice: isPriceUnknown(route),
  });
}

function isSimulated({ plan }: Route): boolean {
  return plan.steps.every(({ candidates }) => candidates.every(({ deployment }) => deployment.simulated));
}

/** Whether what the candidates may cost is more than a sum of known prices. */
export function isPriceUnknown({ plan, features }: Pick<Route, 'plan' | 'features'>): boolean {
  return plan.steps.some(({ candidates }) => candidates.some((one) => isUnpriced(one, features)));
}

function inputEstimate({ features }: Route, first: Candidate | undefined, now: Ms): bigint {
  if (!first?.model.price || billOf(first) !== 'known') return 0n;
  return costOf({ ...noUsage, input: features.inputTokens }, first.model.price, now);
}

/** A hard budget refuses what has no price; where a step has candidates with one, only those are tried. */
export function withKnownPrices(route: Route): Route {
  if (!route.call.principal.hardBudget) return route;
  const steps = route.plan.steps.map((step) => {
    const priced = step.candidates.filter((candidate) => !isUnpriced(candidate, route.features));
    return priced.length > 0 && priced.length < step.candidates.length ? withCandidates(step, priced) : step;
  });
  if (steps.every((step, at) => step === route.plan.steps[at])) return route;
  return { ...route, plan: { ...route.plan, steps } };
}

/** Whatever the caller pays for is no matter of a budget's, and neither is what nobody does. */
function isUnpriced(candidate: Candidate, features: Route['features']): boolean {
  const bill = billOf(candidate);
  if (bill !== 'known') return bill === 'unknown';
  if (askedTerms(candidate, features).unknown.length > 0) return true;
  // Among all that a provider has, those of known price stand for the rest.
  if (features.furtherModels?.isAny) return false;
  return furtherModelsAt(candidate, features).some(({ price }) => !price);
}

function withCandidates(step: PlanStep, candidates: readonly Candidate[]): PlanStep {
  return { ...step, candidates };
}

function withOutputLimit(engine: EngineContext, route: Route, record: CallRecord): Route {
  const { call } = route;
  if (call.request.maxOutputTokens !== undefined || !call.principal.hardBudget) return route;
  const limit = engine.settings.reserveOutputTokens;
  record.budgetLimit = limit;
  const limited: Call = { ...call, request: { ...call.request, maxOutputTokens: limit } };
  return { ...route, call: limited, limitAdded: true };
}

/**
 * The refusal, in the words of the budget. A call that only others under way keep out may be tried again: they hold far
 * more than they will have cost.
 */
export function budgetExceeded(
  standing: BudgetStanding,
  { amount, unknownPrice }: { readonly amount: NanoUsd; readonly unknownPrice: boolean },
): ConclaveError {
  const money = standing.simulated ? 'simulated ' : '';
  const used = `${dollarText(standing.spent)} ${money}spent and ${dollarText(standing.reserved)} reserved of $${standing.limitUsd}`;
  const resets =
    standing.resetsAt === undefined ? '' : `, resets ${new Date(standing.resetsAt).toISOString()}`;
  const refused = `The ${budgetName(standing)} does not allow this call (${used}${resets})`;
  if (unknownPrice && standing.hard) {
    return new ConclaveError(
      'budget_exceeded',
      `${refused}: a model of unknown price cannot be held to it. Give it a price under models in the configuration, ask for its ordinary service, or choose another.`,
    );
  }
  const cause = `it may cost up to ${dollarText(amount)}, and ${dollarText(atLeastNothing(leftOf(standing)))} is left`;
  if (amount <= leftOf(standing) + standing.reserved) {
    return new ConclaveError(
      'budget_exceeded',
      `${refused}: ${cause} while other calls are under way. Try again when they have ended, or raise the limit.`,
      { retryAfterMs: 1_000 },
    );
  }
  return new ConclaveError(
    'budget_exceeded',
    `${refused}: ${cause}. Raise the limit, ask for a shorter answer (max_tokens) or choose a cheaper model.`,
  );
}

/** A budget in a sentence. */
export function budgetName({ window }: Pick<BudgetStanding, 'window'>): string {
  return window === 'total' ? 'total budget' : `budget per ${window}`;
}

function atLeastNothing(amount: NanoUsd): NanoUsd {
  return amount < 0n ? 0n : amount;
}
