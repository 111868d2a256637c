import { isTaskType } from '../../core/task.ts';
import { tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import { ownCall } from '../../core/stores/own-call.ts';
import { controlsOf } from './silent-answers.ts';
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
 * Stores a caller's rating of an answer; the latest rating of a key on a call counts. A complaint of a key that only
 * complains brings controls with it: see `controlsOf`.
 * @throws ConclaveError `not_found` for a call that is not this key's, `invalid_request` for a score out of bounds and
 * for a call without an answer.
 */
export async function giveFeedback(
  ledger: Pick<LedgerStore, 'show' | 'addOutcome' | 'ratingHabits'>,
  { requestId, score, principal }: Feedback,
  at: number,
  random: () => number = Math.random,
): Promise<void> {
  if (!(score >= 0 && score <= 1)) {
    throw new ConclaveError('invalid_request', `A score of ${score} is not between 0 (bad) and 1 (good).`, {
      param: 'score',
    });
  }
  const row = await ownCall(ledger, requestId, principal);
  if (row.state === 'failed' || row.state === 'refused') {
    throw new ConclaveError(
      'invalid_request',
      `${requestId} ${row.state === 'failed' ? 'failed' : 'was refused'}: there is no answer to judge.`,
      {
        param: 'request_id',
      },
    );
  }
  const source = principal.keyId;
  await ledger.addOutcome({ callId: requestId, at, kind: 'feedback', score, source });
  const note = (callId: string, weight: 0 | 1) =>
    ledger.addOutcome({ callId, at, kind: 'unrated', score: weight, source: 'conclave' });
  if (row.outcomes.some(({ kind }) => kind === 'unrated')) await note(requestId, 0);
  const complainedBefore = row.outcomes.some(
    (known) => known.kind === 'feedback' && known.source === source && isComplaint(known.score),
  );
  if (!isComplaint(score) || complainedBefore) return;
  const habits = await ledger.ratingHabits({
    source,
    keyId: row.keyId,
    task: row.task,
    simulated: row.simulated,
  });
  for (const control of controlsOf({ chance: expectedOf(row) }, habits, random)) await note(control, 1);
}

function isComplaint(score: number): boolean {
  return score < 0.5;
}

/** Returns what was expected of an answer: of one that a cascade accepted, the chance by which it was accepted. */
function expectedOf({ tier, task, difficulty, verdicts = [] }: CallRow): number {
  const accepted = verdicts.find(({ accepted: is }) => is)?.probability ?? 0;
  return Math.max(accepted, tierPriorAt(tier, isTaskType(task) ? task : undefined, difficulty));
}
