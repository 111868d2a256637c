import type { Flaw } from '../../core/routing/acceptance/acceptance.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { warnOnce } from '../row/warn-once.ts';
import type { CallRecord } from '../row/call-record.ts';
import { checkedFor } from '../row/checked-for.ts';
import type { LastAnswer } from './ask-last.ts';
import type { Cascade, CascadeStep } from './cascade-step.ts';
import { inWords } from './final-answer.ts';
import { rateOthers } from './rate-answers.ts';
import { startedStream, startedWhole, type ChildAnswer } from './step-call.ts';
import type { CascadeServices } from './cascade-services.ts';
import type { Clock } from '../services.ts';

/** Gives an answer of an earlier step; its attempt is closed when it has been sent. */
export function giveWhole(clock: Clock, record: CallRecord, answer: ChildAnswer): StartedAttempt {
  giveAnswerOf(record, answer);
  return startedWhole(clock, answer);
}

type Last = { readonly step: CascadeStep; readonly last: LastAnswer };

/** Gives the last step's answer, whole or as it arrives, and corrects its verdict at its end. */
export async function giveLast(
  engine: CascadeServices,
  cascade: Cascade,
  given: Last,
): Promise<StartedAttempt> {
  const { route, record } = cascade;
  const { candidate, head, read, flaw } = given.last;
  giveAnswerOf(record, { head });
  if ('begun' in read) {
    const { request } = route.call;
    return startedStream(engine, { candidate, head, parts: read.begun }, async (reply) => {
      const flaw = await engine.acceptance.flaw(request, reply, checkedFor(record));
      return reviewLast(engine, cascade, given, { reply, flaw });
    });
  }
  await reviewLast(engine, cascade, given, { reply: read.reply, flaw });
  return startedWhole(engine, { parts: read.parts, head, candidate });
}

/**
 * Corrects the last verdict once the whole answer is known. The answer is given whatever the result, with a warning if it
 * is unusable, violates the request or fails the caller's check.
 */
async function reviewLast(
  engine: CascadeServices,
  cascade: Cascade,
  { step, last }: Last,
  { reply, flaw }: { readonly reply: CollectedReply; readonly flaw: Flaw | undefined },
): Promise<void> {
  const { route, record } = cascade;
  const { check } = route.call;
  const warning = `${last.candidate.model.id} answers because no other model is left, but its answer`;
  if (flaw) {
    step.withdraw(flaw);
    record.warnings.push(`${warning} ${inWords(flaw)}`);
  }
  if (check) {
    const result = await engine.acceptance.check(check, reply, checkedFor(record));
    record.checkPassed = result.passed;
    step.check(result);
    if (!result.passed) record.warnings.push(`${warning} fails the check: ${result.says}`);
  }
  // An unusable answer teaches nothing about the others.
  if (!flaw && record.checkPassed !== false) rateOthers(engine, cascade, { reply });
}

function giveAnswerOf(record: CallRecord, { head }: Pick<ChildAnswer, 'head'>): void {
  record.answeredByCallId = head.requestId;
  warnOnce(record, head.warnings);
}
