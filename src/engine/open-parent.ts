import type { Call, CallState, Reservation } from '../core/call.ts';
import type { ConclaveError } from '../core/errors.ts';
import { askedChildren, type IntentRow, type Settlement } from '../core/ledger.ts';
import type { NanoUsd, Tokens } from '../core/units.ts';
import { noUsage } from '../core/usage.ts';
import type { EngineContext } from './engine.ts';
import { reservationAmount } from './reservation-amount.ts';
import { budgetExceeded } from './reserve.ts';
import { passingNotes, routeCall } from './route.ts';

/** A call that a parent is going to make, as far as it is known beforehand. */
export type ExpectedCall = {
  readonly call: Call;
  /** What its prompt will hold besides: the answers of others, at their longest. */
  readonly furtherTokens?: Tokens;
};

/** Several calls for one purpose, under a row of their own that asks nobody. */
export type Parent = {
  readonly id: string;
  readonly reservation: Reservation;
  /** Ends the row and gives back what its children left. */
  close(state: Extract<CallState, 'ok' | 'failed' | 'cancelled'>, error?: ConclaveError): Promise<void>;
};

/** Who opens a parent: what its row says. */
export type ParentCall = Pick<Call, 'principal' | 'surface' | 'tool' | 'task' | 'tags' | 'traceId'> & {
  readonly expected: readonly ExpectedCall[];
};

/**
 * Sets the most that all expected calls can cost aside at once, so that a panel is not stopped by its budget half-way.
 * @throws ConclaveError `budget_exceeded`; whatever routing one of the calls throws.
 */
export async function openParent(engine: EngineContext, parent: ParentCall): Promise<Parent> {
  const priced = expectedCosts(engine, parent.expected);
  const reserved = priced.reduce((sum, { amount }) => sum + amount, 0n);
  const unknownPrice = priced.some((one) => one.unknownPrice);
  const intent = intentOf(engine, parent, {
    reserved,
    simulated: priced.every((one) => one.simulated),
  });
  const opened = await engine.ledger.open(intent, { unknownPrice });
  if (!opened.ok) {
    const error = budgetExceeded(opened.refusedBy, unknownPrice);
    await engine.ledger.refuse(
      { ...intent, reserved: 0n },
      ending(engine, intent, { state: 'refused', error }),
    );
    throw error;
  }
  engine.observer.reserved(reserved, intent.simulated);
  return {
    id: intent.id,
    reservation: promises(intent.id, reserved),
    async close(state, error) {
      engine.observer.reserved(-reserved, intent.simulated);
      await engine.ledger.settle(ending(engine, intent, { state, ...(error && { error }) }));
    },
  };
}

/** A call that nobody can serve fails by itself and needs no money; where that holds for all, the first says why. */
function expectedCosts(engine: EngineContext, expected: readonly ExpectedCall[]) {
  const failures: unknown[] = [];
  const priced = expected.flatMap((one) => {
    try {
      return [expectedCost(engine, one)];
    } catch (error) {
      failures.push(error);
      return [];
    }
  });
  if (priced.length === 0 && failures.length > 0) throw failures[0];
  return priced;
}

function expectedCost(engine: EngineContext, { call, furtherTokens = 0 }: ExpectedCall) {
  const { plan, features } = routeCall(engine, call, passingNotes());
  const candidates = plan.steps.flatMap((step) => step.candidates);
  const { inputTokensUpperBound } = features;
  return {
    amount: reservationAmount(plan, {
      ...features,
      inputTokensUpperBound: inputTokensUpperBound + furtherTokens,
    }),
    unknownPrice: candidates.some(({ model }) => !model.price),
    simulated: candidates.every(({ deployment }) => deployment.simulated),
  };
}

/** Promises parts of the amount as long as there is any; the store draws what they really cost. */
function promises(id: string, amount: NanoUsd): Reservation {
  let left = amount;
  return {
    id,
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

function intentOf(
  engine: EngineContext,
  { principal, surface, tool, task, tags, traceId }: ParentCall,
  { reserved, simulated }: Pick<IntentRow, 'reserved' | 'simulated'>,
): IntentRow {
  return {
    id: engine.newId('req'),
    traceId,
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
  engine: EngineContext,
  { id, simulated }: IntentRow,
  { state, error }: { readonly state: Settlement['state']; readonly error?: ConclaveError },
): Settlement {
  return {
    id,
    finishedAt: engine.now(),
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
