import type { ConclaveError } from '../../core/errors.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { DialectId } from '../../core/wire/content.ts';
import type { Ms } from '../../core/units.ts';
import type { Attempt } from './attempt.ts';
import type { AttemptMeter } from './meter/attempt-meter.ts';
import type { AttemptServices } from './attempt-services.ts';
import { closeAttempt } from './close-attempt.ts';

/** Observes an answer that has begun, and turns its attempt into a ledger entry. */
export type AnswerMeter = Pick<AttemptMeter, 'see' | 'replyId' | 'answeredBy'> & {
  readonly dialect: DialectId;
  readonly startedAt: Ms;
  readonly firstByteMs: Ms | undefined;
  /** To be called once, however the answer ended. */
  close(outcome: AttemptRow['outcome'], endedAt: Ms, error?: ConclaveError): AttemptRow;
};

/** Returns the meter of an attempt that has begun to answer, for the code that passes the answer on. */
export function answerMeter(engine: AttemptServices, attempt: Attempt): AnswerMeter {
  const { state, meter } = attempt;
  return {
    dialect: state.traits.dialect,
    startedAt: state.startedAt,
    firstByteMs: state.firstByteMs,
    see: meter.see,
    replyId: meter.replyId,
    answeredBy: meter.answeredBy,
    close: (outcome, endedAt, error) => closeAttempt(engine, attempt, { outcome, endedAt, error }),
  };
}
