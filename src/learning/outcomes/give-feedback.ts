import type { Principal } from '../../core/call.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { LedgerStore } from '../../core/stores/stores.ts';

/** A caller's rating of one of its calls. */
export type Feedback = {
  readonly requestId: string;
  /** 0 (bad) to 1 (good). */
  readonly score: number;
  readonly principal: Principal;
};

/**
 * Stores a caller's rating of an answer; the latest rating of a key on a call counts.
 * @throws ConclaveError `not_found` for a call that is not this key's, `invalid_request` for a score out of bounds and
 * for a call without an answer.
 */
export async function giveFeedback(
  ledger: Pick<LedgerStore, 'show' | 'addOutcome'>,
  { requestId, score, principal }: Feedback,
  at: number,
): Promise<void> {
  if (!(score >= 0 && score <= 1)) {
    throw new ConclaveError('invalid_request', `A score of ${score} is not between 0 (bad) and 1 (good).`, {
      param: 'score',
    });
  }
  const row = await ledger.show(requestId);
  // Another key's call looks like a missing one: a client learns nothing about other keys.
  if (!row || (!principal.admin && row.keyId !== principal.keyId)) {
    throw new ConclaveError('not_found', `There is no call ${requestId} of this key.`, {
      param: 'request_id',
    });
  }
  if (row.state === 'failed' || row.state === 'refused') {
    throw new ConclaveError(
      'invalid_request',
      `${requestId} ${row.state === 'failed' ? 'failed' : 'was refused'}: there is no answer to judge.`,
      {
        param: 'request_id',
      },
    );
  }
  await ledger.addOutcome({ callId: requestId, at, kind: 'feedback', score, source: principal.keyId });
}
