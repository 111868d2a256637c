import type { ReplyHead } from '../../core/call.ts';
import { requestsMade } from '../row/requests-made.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import type { CallRecord } from '../row/call-record.ts';

/** The source of the answer, its headers, and how many requests to providers it took. */
type Answering = Pick<ReplyHead, 'model' | 'provider' | 'simulated' | 'headers' | 'attempts'>;

/** Builds what is sent before an answer: its source, and what is known about the call so far. */
export function replyHead(record: CallRecord, answering: Answering): ReplyHead {
  return {
    requestId: record.id,
    ...answering,
    warnings: [...record.warnings],
  };
}

/** Builds the head of an answer that has begun. */
export function startedHead(
  record: CallRecord,
  { candidate, headers, meter, requests }: StartedAttempt,
): ReplyHead {
  return replyHead(record, {
    model: meter.answeredBy().id,
    provider: candidate.model.provider,
    simulated: candidate.deployment.simulated,
    headers,
    attempts: requestsMade(record) + requests,
  });
}
