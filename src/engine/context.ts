import type { Call, CallOutcome, Reply } from '../core/call.ts';
import type { CallTrace } from '../core/call-tracer.ts';
import type { ConclaveError } from '../core/errors.ts';
import type { Plan } from '../core/routing/plan.ts';
import type { RequestFeatures } from '../core/routing/request-features.ts';
import type { RoutingDecision } from '../core/routing/routing-decision.ts';
import type { OpenResult } from '../core/stores/stores.ts';
import type { Ms, NanoUsd } from '../core/units.ts';
import type { CallDeadline } from './attempts/call-deadline.ts';
import type { EngineMemory } from './engine-memory.ts';
import type { EngineParts } from './parts.ts';
import type { ModelChoice } from './routing/model-choice.ts';
import type { CallNotes } from './row/call-notes.ts';
import type { Intent } from './row/intent-row.ts';
import type { Ending } from './row/settle-call.ts';

/** What the stages share: the parts, and the state that outlives a call. */
export type EngineContext = EngineParts & EngineMemory & Runner;

export type Runner = {
  /** Runs a call through the whole pipeline; also used for the child calls of a call. */
  readonly run: (call: Call) => Promise<Reply>;
};

/** Where a call may go: the plan, and the features that it was made from. */
export type Route = {
  readonly call: Call;
  readonly features: RequestFeatures;
  readonly plan: Plan;
  readonly choice: ModelChoice;
  /** Conclave set the request's output limit, for a budget or a price ceiling; the caller set none. */
  readonly limitAdded?: true;
};

/** A route, why it was chosen, and what the caller should know about it. */
export type ChosenRoute = {
  readonly route: Route;
  readonly decision: RoutingDecision;
  readonly warnings: readonly string[];
};

/**
 * The ledger row of one call, from before its first check to after its last byte. Stages record their findings here;
 * however the call ends, the row is written once.
 */
export type CallRecord = CallNotes & {
  readonly id: string;
  readonly call: Call;
  readonly startedAt: Ms;
  readonly deadline: CallDeadline;
  readonly trace: CallTrace | undefined;
  readonly settled: Promise<CallOutcome>;
  /** Commits the intent and its reservation. */
  open(intent: Intent): Promise<OpenResult>;
  /** Reserves more in addition to the reservation, from a parent's reservation if it has enough left. */
  holdMore(amount: NanoUsd): Promise<OpenResult>;
  /** The row whose reservation pays for this call and its child calls: a parent's row or its own. */
  payer(): string;
  /** Ends the row; repeated calls change nothing. Resolves once the row is committed. */
  finish(ending: Ending): Promise<void>;
  /** Ends the row of a failed call, and turns whatever was thrown into the error that the caller receives. */
  failed(thrown: unknown): Promise<ConclaveError>;
};
