import { asConclaveError } from '../../core/errors.ts';
import type { ReplyHead } from '../../core/call.ts';
import type { Model } from '../../core/model.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Flaw } from '../../core/routing/acceptance.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { warnOnce } from '../attempts/warn-once.ts';
import type { CallRecord } from '../context.ts';
import {
  noteAgreement,
  noteCheck,
  noteFailures,
  noteFlaw,
  noteLast,
  takeBack,
  type Asking,
} from './cascade-verdicts.ts';
import { finalAnswer, isHeldBack, type LastStep } from './final-answer.ts';
import { holdBackAnswer, isReadAtOnce, type ReadAhead } from './hold-back-answer.ts';
import {
  answering,
  partsOf,
  startedStream,
  startedWhole,
  stepCall,
  stepRow,
  type ChildAnswer,
} from './step-call.ts';
import type { CascadeParts } from './cascade-parts.ts';
import type { Clock } from '../parts.ts';

type Rejected = {
  /** The answers of earlier steps, none of which was accepted. */
  readonly answers: readonly ChildAnswer[];
  /** The most probable of those that are usable. */
  readonly usable: ChildAnswer | undefined;
  /** The model that the last step was to ask first. */
  readonly wanted: Model | undefined;
};

/** The last step's answer: whole, or as far as it was read before it is passed on. */
type LastAnswer = {
  readonly candidate: Candidate;
  readonly head: ReplyHead;
  readonly read: ReadAhead;
  /** Absent: none, or not known yet. */
  readonly flaw: Flaw | undefined;
  /** The position of its verdict. */
  readonly place: number;
};

/**
 * Asks the last step and gives its answer, or the best of the rejected ones with a warning.
 * @throws ConclaveError of the last step, if no answer is usable.
 */
export async function finishCascade(
  engine: CascadeParts,
  asking: Asking,
  rejected: Rejected,
): Promise<StartedAttempt> {
  const { route, record } = asking;
  const { usable, answers } = rejected;
  const last = await askLast(engine, asking, rejected);
  const final = finalAnswer(last, { usable, latest: answers.at(-1) });
  switch (final.kind) {
    case 'none':
      throw final.error;
    case 'last':
      return giveLast(engine, asking, { last: final.answer, answers });
    case 'earlier':
      notePassedOver(engine, asking, last);
      if (route.call.check) record.checkPassed = false;
      record.warnings.push(
        `${final.answer.model.id} answers although its answer was not good enough, because ${final.because}`,
      );
      return giveWhole(engine, record, final.answer);
  }
}

/** Gives an answer of an earlier step; its attempt is closed when it has been sent. */
export function giveWhole(clock: Clock, record: CallRecord, answer: ChildAnswer): StartedAttempt {
  record.attempts.splice(record.attempts.indexOf(answer.row), 1);
  record.answeredByCallId = answer.head.requestId;
  warnOnce(record, answer.head.warnings);
  return startedWhole(clock, answer);
}

/** Asks the last step, and reads its answer as far as it is held back. */
async function askLast(
  engine: CascadeParts,
  asking: Asking,
  { usable, wanted }: Rejected,
): Promise<LastStep<LastAnswer>> {
  const { route, record, step } = asking;
  const { request } = route.call;
  if (step.candidates.length === 0) return { kind: 'unasked' };
  try {
    const reply = await engine.run(
      stepCall(record, route, step, { stream: request.stream, isOptional: false, isAnswer: true }),
    );
    const { head } = reply;
    const candidate = answering(step, head);
    const read = isHeldBack(route.call, usable !== undefined)
      ? await holdBackAnswer(reply, isReadAtOnce(request))
      : { begun: partsOf(reply) };
    const place = noteLast(record, { candidate, reply, wanted });
    const flaw = 'reply' in read ? engine.acceptance.flaw(request, read.reply) : undefined;
    return {
      kind: 'answered',
      answer: { candidate, head, read, flaw, place },
      model: candidate.model.id,
      flaw,
      isReadable: 'reply' in read && flaw !== undefined && isReadableCut(flaw, request, read.reply),
    };
  } catch (thrown) {
    if (record.deadline.signal.aborted) throw thrown;
    return { kind: 'failed', error: asConclaveError(thrown) };
  }
}

/** Truncated text is readable; truncated JSON or tool calls are useless. */
function isReadableCut({ signal }: Flaw, { output }: ModelRequest, { blocks }: CollectedReply): boolean {
  return signal === 'length' && output === undefined && !blocks.some(({ type }) => type === 'tool-call');
}

async function giveLast(
  engine: CascadeParts,
  asking: Asking,
  { last, answers }: { readonly last: LastAnswer; readonly answers: readonly ChildAnswer[] },
): Promise<StartedAttempt> {
  const { route, record } = asking;
  const { candidate, head, read, place } = last;
  record.answeredByCallId = head.requestId;
  warnOnce(record, head.warnings);
  const noteWhole = async (final: CollectedReply, flaw: Flaw | undefined): Promise<void> => {
    if (flaw) noteFlaw(asking, { flaw, place });
    await noteCheck(engine, asking, { final, place });
    // An unusable answer teaches nothing about the others.
    if (!flaw && record.checkPassed !== false) noteAgreement(engine, asking, { answers, final });
  };
  if ('begun' in read) {
    const flawOf = (final: CollectedReply) => engine.acceptance.flaw(route.call.request, final);
    return startedStream(engine, { candidate, head, parts: read.begun }, (final) =>
      noteWhole(final, flawOf(final)),
    );
  }
  await noteWhole(read.reply, last.flaw);
  return startedWhole(engine, { parts: read.parts, head, candidate });
}

/** Records why the last step's answer is not given. */
function notePassedOver(clock: Clock, { record, step }: Asking, last: LastStep<LastAnswer>): void {
  if (last.kind === 'failed') noteFailures(record, step, [last.error]);
  if (last.kind !== 'answered' || !last.flaw) return;
  const { candidate, head, place } = last.answer;
  takeBack(record, { place, flaw: last.flaw });
  record.attempts.push(stepRow(clock, candidate, head));
}
