import type { ReplyHead } from '../../core/call.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import type { CallRecord } from '../context.ts';

/** Who answers. */
type Answering = Pick<ReplyHead, 'model' | 'provider' | 'simulated' | 'headers'>;

/** What goes out before an answer: who gives it, and what is known of the call by now. */
export function replyHead(record: CallRecord, answering: Answering): ReplyHead {
  return {
    requestId: record.id,
    ...answering,
    attempts: record.attempts.length + 1,
    warnings: [...record.warnings],
  };
}

/** The head of an answer that has begun. */
export function startedHead(record: CallRecord, { candidate, headers, meter }: StartedAttempt): ReplyHead {
  return replyHead(record, {
    model: meter.answeredBy().id,
    provider: candidate.model.provider,
    simulated: candidate.deployment.simulated,
    headers,
  });
}
