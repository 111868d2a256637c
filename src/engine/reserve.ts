import { leftOfBudget } from '../core/money/left-of-budget.ts';
import { appendAll } from '../core/lists/append-all.ts';
import { expectedPrompt } from '../core/money/expected-prompt.ts';
import { billOf } from '../core/money/bill-of.ts';
import { tokenPercent } from '../core/money/billing-terms.ts';
import { standingTerms } from '../core/money/standing-terms.ts';
import type { Call } from '../core/call.ts';
import { costOf } from '../core/money/price.ts';
import type { Candidate } from '../core/deployment.ts';
import { isCascade } from '../core/routing/plan/is-cascade.ts';
import { isSimulated } from '../core/routing/plan/is-simulated.ts';
import { plannedCandidates } from '../core/routing/plan/planned-candidates.ts';
import type { OpenResult } from '../core/stores/stores.ts';
import type { Ms, NanoUsd } from '../core/units.ts';
import { noUsage } from '../core/money/usage.ts';
import { amountOf } from './money/amount-of.ts';
import type { EngineContext } from './engine-context.ts';
import { paidModel } from './row/paid-model.ts';
import type { CallRecord } from './row/call-record.ts';
import type { ChosenRoute, Route } from './route.ts';
import { askedTerms } from './money/asked-terms.ts';
import { withinBudget } from './money/affordable-route.ts';
import { budgetExceeded } from './money/budget-refusal.ts';
import { isPriceUnknown } from './money/known-prices.ts';
import type { MoneyWish } from './money/money-line.ts';
import { withFirstCandidates } from './money/with-first-candidates.ts';
import type { Bookkeeping, Clock, SettingsOf } from './services.ts';

/**
 * Reserves the most the plan can cost and commits the intent row, so that no concurrent call can spend the same money,
 * even across a crash. Waits if only other calls in progress leave too little. If a budget refuses unknown prices, a
 * call without an output limit gets one, and a warning if that limit cuts the answer. If too little is left for the
 * most expensive candidates, they are dropped.
 * @throws ConclaveError `budget_exceeded` if what is left does not even pay for the cheapest candidate, or for a named
 * model.
 */
export async function reserve(
  engine: Clock &
    SettingsOf<'reserveOutputTokens'> &
    Pick<Bookkeeping, 'ledger'> &
    Pick<EngineContext, 'moneyLine'>,
  { route, decision }: Pick<ChosenRoute, 'route' | 'decision'>,
  record: CallRecord,
): Promise<Route> {
  const limited = withOutputLimit(engine, route, record);
  const wanted: ChosenRoute = { route: limited, decision, warnings: [] };
  const reserved = await engine.moneyLine.reserve(wishOf(limited, record), {
    reserve: () => openWithin(wanted, (tried) => openIntent(engine, tried, record)),
    check: () => wouldReserve(engine, wanted),
  });
  record.decision = reserved.decision;
  appendAll(record.warnings, reserved.warnings);
  return reserved.route;
}

/**
 * Returns what `reserve` would make of a route now, without reserving or writing anything.
 * @throws ConclaveError `budget_exceeded`, as `reserve` does.
 */
export function wouldReserve(
  { ledger, now }: Pick<Bookkeeping, 'ledger'> & Clock,
  chosen: ChosenRoute,
): Promise<ChosenRoute> {
  const { keyId } = chosen.route.call.principal;
  return openWithin(chosen, ({ route }) =>
    ledger.wouldOpen({
      keyId,
      startedAt: now(),
      simulated: isSimulated(route.plan),
      reserved: amountOf(route),
      unknownPrice: isPriceUnknown(route),
    }),
  );
}

function wishOf(route: Route, { deadline }: CallRecord): MoneyWish {
  const { surface, principal, parent } = route.call;
  return {
    surface,
    signal: deadline.signal,
    leftMs: deadline.leftMs(),
    keyId: principal.keyId,
    amount: amountOf(route),
    isUrgent: parent?.reservation !== undefined || parent?.step?.isOptional === true,
  };
}

/** Opens a row for the candidates that the budgets leave: for an open choice, drops expensive ones rather than refuse. */
async function openWithin(
  chosen: ChosenRoute,
  open: (tried: ChosenRoute) => Promise<OpenResult>,
): Promise<ChosenRoute> {
  const tried = { ...chosen, route: withFirstCandidates(chosen.route) };
  const opened = await open(tried);
  if (opened.ok) return tried;
  const left = leftOfBudget(opened.refusedBy);
  const affordable = withinBudget(chosen, left);
  const amount = amountOf(affordable.route);
  if (affordable === chosen || amount > left) {
    const { call, features } = chosen.route;
    throw budgetExceeded(opened.refusedBy, {
      principal: call.principal,
      amount,
      unknownPrice: isPriceUnknown(tried.route),
      fillsWindow: features.size.fillsWindow,
    });
  }
  return await openWithin(affordable, open);
}

function openIntent(clock: Clock, { route, decision }: ChosenRoute, record: CallRecord): Promise<OpenResult> {
  const [first] = plannedCandidates(route.plan);
  const amount = amountOf(route);
  const reservation = route.call.parent?.reservation;
  const covered = reservation !== undefined && (reservation.claim?.(amount) ?? true);
  return record.open({
    decision,
    reserved: covered ? 0n : amount,
    ...(covered && { drawsOn: { reservation, amount } }),
    inputEstimate: inputEstimate(route, first, clock.now()),
    first: first && paidModel(first.model),
    simulated: isSimulated(route.plan),
    unknownPrice: isPriceUnknown(route),
  });
}

/** What the prompt costs at the first model. A cascade sends none itself: its steps have rows and estimates of their own. */
function inputEstimate({ features, plan }: Route, first: Candidate | undefined, now: Ms): NanoUsd {
  if (isCascade(plan) || !first?.model.price || billOf(first) !== 'known') return 0n;
  const terms = [...standingTerms(first), ...askedTerms(first, features.request)];
  const { percent } = tokenPercent(terms, first.model);
  return costOf({ ...noUsage, input: expectedPrompt(first, features) }, first.model.price, now, { percent });
}

/** Under a price ceiling, or a budget that refuses unknown prices, cap the output at the length that was reserved for. */
function withOutputLimit(engine: SettingsOf<'reserveOutputTokens'>, route: Route, record: CallRecord): Route {
  const { call, features } = route;
  const because = call.principal.boundedCost
    ? 'budget'
    : features.limits.maxCostUsd !== undefined && 'ceiling';
  if (call.request.maxOutputTokens !== undefined || !because) return route;
  const limit = engine.settings.reserveOutputTokens;
  record.addedLimit = { tokens: limit, because };
  const limited: Call = { ...call, request: { ...call.request, maxOutputTokens: limit } };
  return { ...route, call: limited, limitAdded: true };
}
