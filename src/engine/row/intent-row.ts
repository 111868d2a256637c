import type { IntentRow } from '../../core/stores/ledger.ts';
import { shownName } from '../../core/names/shown-name.ts';
import type { CallRecord } from './call-record.ts';
import type { Intent } from './intent.ts';

/** Builds the row's first half: the request, its key, and what is reserved for it. */
export function intentRow(record: CallRecord, intent: Intent): IntentRow {
  const { id, call, startedAt, classification: guessed } = record;
  const { decision, reserved, drawsOn, inputEstimate, first, simulated } = intent;
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
    ...(first && { first }),
    simulated,
  };
}
