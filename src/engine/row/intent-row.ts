import type { Reservation } from '../../core/call.ts';
import type { RoutingDecision } from '../../core/routing/routing-decision.ts';
import type { IntentRow } from '../../core/stores/ledger.ts';
import { shownName } from '../../core/names/shown-name.ts';
import type { NanoUsd } from '../../core/units.ts';
import type { CallRecord } from '../context.ts';

/** What a call reserves before it is made. */
export type Intent = {
  /** Where the call may go; absent: it was not decided. */
  readonly decision: RoutingDecision | undefined;
  readonly reserved: NanoUsd;
  /** The parent's reservation that pays, and how much of it is promised to this call. */
  readonly drawsOn?: { readonly reservation: Reservation; readonly amount: NanoUsd };
  readonly inputEstimate: NanoUsd;
  readonly simulated: boolean;
  readonly unknownPrice: boolean;
};

/** The intent of a call that was refused, or answered without being made. */
export const nothingReserved: Omit<Intent, 'decision'> = {
  reserved: 0n,
  inputEstimate: 0n,
  simulated: false,
  unknownPrice: false,
};

/** Builds the row's first half: the request, its key, and what is reserved for it. */
export function intentRow(record: CallRecord, intent: Intent): IntentRow {
  const { id, call, startedAt, classification: guessed } = record;
  const { decision, reserved, drawsOn, inputEstimate, simulated } = intent;
  const task = call.task ?? guessed?.task;
  const difficulty = call.difficulty ?? guessed?.difficulty;
  return {
    id,
    traceId: call.traceId,
    ...(call.parent && { parentId: call.parent.id }),
    ...(drawsOn && { reservationId: drawsOn.reservation.id }),
    startedAt,
    surface: call.surface,
    ...(call.tool && { tool: call.tool }),
    ...(task && { task }),
    ...(difficulty !== undefined && { difficulty }),
    ...(guessed && { features: guessed.features }),
    tags: call.tags,
    keyId: call.principal.keyId,
    ...(call.sessionId && { sessionId: call.sessionId }),
    requestedModel: shownName(call.request.model),
    stream: call.request.stream,
    ...(call.raw && { clientDialect: call.raw.dialect }),
    ...(decision && { decision }),
    reserved,
    inputEstimate,
    simulated,
  };
}
