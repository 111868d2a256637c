import type { Call, CallState, Reservation } from '../core/call.ts';
import { asConclaveError, type ConclaveError } from '../core/errors.ts';
import { askedChildren, type IntentRow, type Settlement } from '../core/stores/ledger.ts';
import { isSimulated } from '../core/routing/plan/is-simulated.ts';
import type { OpenResult } from '../core/stores/stores.ts';
import type { NanoUsd, Tokens } from '../core/units.ts';
import { leftOfBudget } from '../core/money/left-of-budget.ts';
import { noUsage } from '../core/money/usage.ts';
import type { EngineContext } from './engine-context.ts';
import type { Route } from './route.ts';
import { budgetExceeded } from './money/budget-refusal.ts';
import { HeldMoney } from './money/held-money.ts';
import { isPriceUnknown } from './money/known-prices.ts';
import type { MoneyWish } from './money/money-line.ts';
import { amountWithin, sharePerCall } from './money/share-per-call.ts';
import { wouldRoute } from './routing/would-route.ts';
import type { Clock, SettingsOf } from './services.ts';

/** A call that a parent is going to make, as far as it is known beforehand. */
export type ExpectedCall = {
  readonly call: Call;
  /** What its prompt will contain in addition: the answers of other calls, at their longest. */
  readonly furtherTokens?: Tokens;
};

/** Several calls for one purpose, under a row of their own that calls no model itself. */
export type Parent = {
  readonly id: string;
  readonly reservation: Reservation;
  /** Ends the row and releases what its children did not spend. */
  close(
    state: Extract<CallState, 'ok' | 'failed' | 'refused' | 'cancelled'>,
    error?: ConclaveError,
  ): Promise<void>;
};

/** The caller of a parent, as recorded in its row, and the calls it expects to make. */
export type ParentCall = Pick<Call, 'principal' | 'surface' | 'tool' | 'task' | 'tags' | 'traceId'> & {
  /** The call that all this is done for, such as the one whose answer is verified. Its row is above the parent's. */
  readonly serves?: string;
  readonly expected: readonly ExpectedCall[];
};

/**
 * Reserves the most that all expected calls together can cost, so that a panel does not run out of budget halfway.
 * @throws ConclaveError `budget_exceeded`; or the routing error of a call, if none of the calls can be routed.
 */
export async function openParent(engine: EngineContext, parent: ParentCall): Promise<Parent> {
  const routes = await expectedRoutes(engine, parent.expected);
  const unknownPrice = routes.some(isPriceUnknown);
  const id = engine.newId('req');
  const opening = {
    engine,
    parent,
    id,
    unknownPrice,
    simulated: routes.every(({ plan }) => isSimulated(plan)),
  };
  const { keyId } = parent.principal;
  const { intent, maxPerCall } = await engine.moneyLine
    .reserve(wishForAll(engine, parent, routes), {
      reserve: () => openForAll(opening, routes, (intent) => engine.ledger.open(intent, { unknownPrice })),
      check: () =>
        openForAll(opening, routes, (intent) => engine.ledger.wouldOpen({ ...intent, unknownPrice })),
    })
    .catch(async (error: unknown) => {
      await refuse(opening, asConclaveError(error));
      throw error;
    });
  const { reserved, simulated } = intent;
  const money = new HeldMoney(engine, { keyId, simulated, amount: reserved });
  return {
    id,
    reservation: promises(intent, maxPerCall),
    async close(state, error) {
      try {
        await engine.ledger.settle(ending(engine, intent, { state, ...(error && { error }) }));
      } finally {
        money.release();
      }
    },
  };
}

type Opening = {
  readonly engine: EngineContext;
  readonly id: string;
  readonly parent: ParentCall;
  readonly unknownPrice: boolean;
  readonly simulated: boolean;
};

/** All calls of a parent begin together, so the first one's signal and limits apply to the wait. */
function wishForAll(
  { settings }: SettingsOf<'timeouts'>,
  { surface, principal, expected: [first] }: ParentCall,
  routes: readonly Route[],
): MoneyWish {
  const { totalMs } = settings.timeouts;
  return {
    surface,
    signal: first?.call.signal ?? new AbortController().signal,
    leftMs: Math.min(totalMs, first?.call.limits.maxLatencyMs ?? totalMs),
    keyId: principal.keyId,
    amount: amountWithin(routes, undefined),
  };
}

/** If the budget cannot cover every call's most expensive route, caps each call at an equal affordable amount. */
async function openForAll(
  opening: Opening,
  routes: readonly Route[],
  open: (intent: IntentRow) => Promise<OpenResult>,
  maxPerCall?: NanoUsd,
): Promise<{ readonly intent: IntentRow; readonly maxPerCall: NanoUsd | undefined }> {
  const intent = intentOf(opening, amountWithin(routes, maxPerCall));
  const opened = await open(intent);
  if (opened.ok) return { intent, maxPerCall };
  const share = sharePerCall(routes, leftOfBudget(opened.refusedBy));
  // The same share came out again: too little is left even for it, or a price is unknown.
  if (share !== undefined && (maxPerCall === undefined || share < maxPerCall))
    return await openForAll(opening, routes, open, share);
  const { refusedBy } = opened;
  const onceOthersEnd = sharePerCall(routes, leftOfBudget(refusedBy) + refusedBy.reserved);
  const amount = onceOthersEnd === undefined ? intent.reserved : amountWithin(routes, onceOthersEnd);
  const { unknownPrice, parent } = opening;
  const fillsWindow = routes.some(({ features }) => features.size.fillsWindow);
  throw budgetExceeded(refusedBy, { principal: parent.principal, amount, unknownPrice, fillsWindow });
}

/** Writes the row of a parent that got no money. If it is unknown whether its intent was committed, this releases it. */
function refuse(opening: Opening, error: ConclaveError): Promise<void> {
  const state = error.code === 'cancelled' ? 'cancelled' : 'refused';
  const intent = intentOf(opening, 0n);
  return opening.engine.ledger.refuse(intent, ending(opening.engine, intent, { state, error }));
}

/**
 * A call that no model can serve fails by itself and needs no money; if that applies to all calls, throws the first
 * error.
 */
async function expectedRoutes(engine: EngineContext, expected: readonly ExpectedCall[]): Promise<Route[]> {
  const failures: unknown[] = [];
  const routes: Route[] = [];
  for (const one of expected) {
    try {
      routes.push(await expectedRoute(engine, one));
    } catch (error) {
      failures.push(error);
    }
  }
  if (routes.length === 0 && failures.length > 0) throw failures[0];
  return routes;
}

async function expectedRoute(
  engine: EngineContext,
  { call, furtherTokens = 0 }: ExpectedCall,
): Promise<Route> {
  const { route } = await wouldRoute(engine, call);
  const { size } = route.features;
  const prompt = { ...size.prompt, reserved: size.prompt.reserved + furtherTokens };
  return { ...route, features: { ...route.features, size: { ...size, prompt } } };
}

/** Hands out parts of the reserved amount while any is left; the store deducts what the calls really cost. */
function promises(
  { id, reserved }: Pick<IntentRow, 'id' | 'reserved'>,
  maxPerCall: NanoUsd | undefined,
): Reservation {
  let left = reserved;
  return {
    id,
    ...(maxPerCall !== undefined && { maxPerCall }),
    claim(wanted) {
      if (wanted > left) return false;
      left -= wanted;
      return true;
    },
    giveBack(unspent) {
      left += unspent;
    },
  };
}

function intentOf({ engine, parent, id, simulated }: Opening, reserved: NanoUsd): IntentRow {
  const { principal, surface, tool, task, tags, traceId, serves } = parent;
  return {
    id,
    traceId,
    ...(serves !== undefined && { parentId: serves }),
    startedAt: engine.now(),
    surface,
    ...(tool && { tool }),
    ...(task && { task }),
    tags,
    keyId: principal.keyId,
    requestedModel: askedChildren,
    stream: false,
    reserved,
    inputEstimate: 0n,
    simulated,
  };
}

function ending(
  clock: Clock,
  { id, simulated }: IntentRow,
  { state, error }: { readonly state: Settlement['state']; readonly error?: ConclaveError },
): Settlement {
  return {
    id,
    finishedAt: clock.now(),
    state,
    usage: noUsage,
    estimated: false,
    cost: 0n,
    ...(error && { errorCode: error.code, errorMessage: error.message }),
    warnings: [],
    attempts: [],
    simulated,
  };
}
