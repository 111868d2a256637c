import { billOf } from '../core/money/bill-of.ts';
import type { Call } from '../core/call.ts';
import { costOf } from '../core/money/price.ts';
import type { Candidate } from '../core/provider.ts';
import { isSimulated } from '../core/routing/is-simulated.ts';
import { plannedCandidates } from '../core/routing/planned-candidates.ts';
import type { OpenResult } from '../core/stores/stores.ts';
import { dollarText, type Ms, type NanoUsd } from '../core/units.ts';
import { noUsage } from '../core/money/usage.ts';
import type { CallRecord, EngineContext, Route } from './context.ts';
import { budgetExceeded, leftOf } from './money/budget-refusal.ts';
import { isPriceUnknown, withKnownPrices } from './money/known-prices.ts';
import type { MoneyWish } from './money/money-line.ts';
import { reservationAmount } from './money/reservation-amount.ts';
import { withFirstCandidates } from './routing/first-candidates.ts';
import {
  leftText,
  noteTooExpensive,
  noteUnpriced,
  type ReserveNotes,
  withinAmount,
} from './money/within-amount.ts';
import type { Books, Clock, SettingsOf } from './parts.ts';

/**
 * Reserves the most the plan can cost and commits the intent row, so that no concurrent call can spend the same money,
 * even across a crash. Waits if only other calls in progress leave too little. If a budget refuses unknown prices, a
 * call without an output limit gets one, and a warning if that limit cuts the answer. If too little is left for the
 * most expensive candidates, they are dropped.
 * @throws ConclaveError `budget_exceeded` if what is left does not even pay for the cheapest candidate, or for a named
 * model.
 */
export async function reserve(
  engine: Clock & SettingsOf<'reserveOutputTokens'> & Pick<EngineContext, 'moneyLine'>,
  route: Route,
  record: CallRecord,
): Promise<Route> {
  const priced = withKnownPrices(route);
  noteUnpriced(record, { before: route, after: priced });
  const limited = withOutputLimit(engine, withinShare(priced, record), record);
  const open = (tried: Route) => openIntent(engine, tried, record);
  const { decision } = record;
  const warnings = record.warnings.length;
  return await engine.moneyLine.reserve(wishOf(limited, record), () => {
    // An earlier attempt may have left out more than this one has to.
    record.decision = decision;
    record.warnings.splice(warnings);
    return openWithin(limited, { notes: record, open });
  });
}

/**
 * Returns what `reserve` would make of a route now, without reserving or writing anything.
 * @throws ConclaveError `budget_exceeded`, as `reserve` does.
 */
export async function wouldReserve(
  { ledger, now }: Pick<Books, 'ledger'> & Clock,
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
        simulated: isSimulated(tried.plan),
        reserved: amountOf(tried),
        unknownPrice: isPriceUnknown(tried),
      }),
  });
}

function wishOf(route: Route, { deadline }: CallRecord): MoneyWish {
  const { surface, limits, principal, parent } = route.call;
  return {
    surface,
    limits,
    signal: deadline.signal,
    keyId: principal.keyId,
    amount: amountOf(route),
    isUrgent: parent?.reservation !== undefined || parent?.step?.isOptional === true,
  };
}

type Opening = {
  readonly notes: ReserveNotes;
  readonly open: (route: Route) => Promise<OpenResult>;
};

async function openWithin(route: Route, opening: Opening): Promise<Route> {
  const tried = withFirstCandidates(route);
  const opened = await opening.open(tried);
  if (opened.ok) return tried;
  // For an open choice, drop expensive candidates rather than refuse.
  const left = leftOf(opened.refusedBy);
  const affordable = withinAmount(route, left);
  if (affordable === route || amountOf(affordable) > left) {
    const amount = amountOf(affordable);
    throw budgetExceeded(opened.refusedBy, { amount, unknownPrice: isPriceUnknown(tried) });
  }
  noteTooExpensive(opening.notes, { before: route, after: affordable }, leftText(left));
  return await openWithin(affordable, opening);
}

/** The amount that a call of this route reserves: the most that the candidates it would really try can cost. */
export function amountOf(route: Route): NanoUsd {
  const { plan, features } = withFirstCandidates(route);
  return reservationAmount(plan, features);
}

/** A parent whose budget does not cover the most expensive route of all its calls limits what each call may cost. */
function withinShare(route: Route, record: CallRecord): Route {
  const most = route.call.parent?.reservation?.maxPerCall;
  if (most === undefined) return route;
  const after = withinAmount(route, most);
  noteTooExpensive(
    record,
    { before: route, after },
    `the ${dollarText(most)} that this key's budget allows for each call`,
  );
  return after;
}

function openIntent(clock: Clock, route: Route, record: CallRecord): Promise<OpenResult> {
  const [first] = plannedCandidates(route.plan);
  const amount = amountOf(route);
  const reservation = route.call.parent?.reservation;
  const covered = reservation !== undefined && (reservation.claim?.(amount) ?? true);
  return record.open({
    reserved: covered ? 0n : amount,
    ...(covered && { drawsOn: { reservation, amount } }),
    inputEstimate: inputEstimate(route, first, clock.now()),
    simulated: isSimulated(route.plan),
    unknownPrice: isPriceUnknown(route),
  });
}

function inputEstimate({ features }: Route, first: Candidate | undefined, now: Ms): bigint {
  if (!first?.model.price || billOf(first) !== 'known') return 0n;
  return costOf({ ...noUsage, input: features.size.prompt.expected }, first.model.price, now);
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
