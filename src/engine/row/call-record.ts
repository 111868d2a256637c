import type { Call, CallReceipt } from '../../core/call.ts';
import type { CallTrace } from '../../core/telemetry/call-tracer.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { OpenResult } from '../../core/stores/stores.ts';
import type { CallDeadline } from '../../core/streams/call-deadline.ts';
import type { Ms, NanoUsd } from '../../core/units.ts';
import type { CallNotes } from './call-notes.ts';
import type { Ending } from './ending.ts';
import type { Intent } from './intent.ts';

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
  readonly settled: Promise<CallReceipt>;
  /** Commits the intent and its reservation. */
  open(intent: Intent): Promise<OpenResult>;
  /** Reserves more in addition to the reservation, from a parent's reservation if it has enough left. */
  holdMore(amount: NanoUsd): Promise<OpenResult>;
  /** The row whose reservation pays for this call and its child calls: a parent's row or its own. */
  reservationRow(): string;
  /** Ends the row; repeated calls change nothing. Resolves once the row is committed. */
  finish(ending: Ending): Promise<void>;
  /** Ends the row of a failed call, and turns whatever was thrown into the error that the caller receives. */
  failed(thrown: unknown): Promise<ConclaveError>;
};
