import type { CallReceipt } from '../../core/call.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { AttemptRow, Settlement } from '../../core/stores/ledger.ts';
import { reachedLimit } from '../../core/wire/reached-limit.ts';
import type { CallNotes } from './call-notes.ts';
import { requestsMade } from './requests-made.ts';
import { usageOfOurs } from './usage-of-ours.ts';
import { withChildren } from './with-children.ts';

/** Builds the receipt of a call for its caller, including its child calls. */
export function callReceipt(
  settlement: Settlement,
  {
    notes,
    error,
  }: {
    readonly notes: CallNotes;
    readonly error: ConclaveError | undefined;
  },
): CallReceipt {
  const { checkPassed, children, costIsReported, warnings } = notes;
  const { id, state, usage, estimated, simulated, attempts } = settlement;
  const { model, provider, cost, callerCost, frontierCost, finishReason } = settlement;
  const failedModels = attempts.flatMap((attempt) =>
    attempt.outcome === 'failed' && attempt.model !== model ? [attempt.model] : [],
  );
  const own: CallReceipt = {
    requestId: id,
    state,
    ...(error && { errorStatus: error.status, errorCode: error.code }),
    usage,
    estimated,
    simulated,
    attempts: requestsMade(notes),
    ...(reachedLimit(finishReason) && { isCut: true }),
    ...(failedModels.length > 0 && { failedModels }),
    // The row leaves out what a warning quotes from the prompt, which the caller knows.
    warnings: [...warnings],
    ...(checkPassed !== undefined && { checkPassed }),
    ...(costIsReported && wasFree(attempts.slice(0, -1)) && { costIsReported }),
    ...(model && { model }),
    ...(provider && { provider }),
    ...(cost !== undefined && { cost }),
    ...(callerCost !== undefined && { callerCost }),
    ...(attempts.some(({ payer }) => payer === 'caller') && { usageOfOurs: usageOfOurs(attempts) }),
    ...(frontierCost !== undefined && { frontierCost }),
  };
  return children.length === 0 ? own : withChildren(own, children);
}

function wasFree(attempts: readonly AttemptRow[]): boolean {
  return attempts.every(({ cost, callerCost = 0n }) => cost === 0n && callerCost === 0n);
}
