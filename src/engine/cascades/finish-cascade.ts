import { asConclaveError } from '../../core/errors.ts';
import type { ReplyHead } from '../../core/call.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Flaw } from '../../core/routing/acceptance.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import { warnOnce } from '../attempts/warn-once.ts';
import type { CallRecord } from '../context.ts';
import { answersOf, type Cascade, type CascadeStep } from './cascade-step.ts';
import { finalAnswer, inWords, isHeldBack, type LastStep } from './final-answer.ts';
import { holdBackAnswer, isReadAtOnce, type ReadAhead } from './hold-back-answer.ts';
import { rateOthers } from './rate-answers.ts';
import {
  answering,
  childAnswer,
  partsOf,
  startedStream,
  startedWhole,
  stepCall,
  type ChildAnswer,
} from './step-call.ts';
import type { CascadeParts } from './cascade-parts.ts';
import type { Clock } from '../parts.ts';

/** The last step's answer: whole, or as far as it was read before it is passed on. */
type LastAnswer = {
  readonly candidate: Candidate;
  readonly head: ReplyHead;
  readonly read: ReadAhead;
  /** Absent: none, or not known yet. */
  readonly flaw: Flaw | undefined;
};

/**
 * Asks the last step and gives its answer, or the best of the rejected ones with a warning.
 * @throws ConclaveError of the last step, if no answer is usable.
 */
export async function finishCascade(
  engine: CascadeParts,
  cascade: Cascade,
  step: CascadeStep,
): Promise<StartedAttempt> {
  const { route, record } = cascade;
  const usable = bestAnswer(cascade);
  const latest = answersOf(cascade).at(-1);
  const last = await askLast(engine, cascade, { step, isReplaceable: usable !== undefined });
  const final = finalAnswer(last, { usable, latest });
  switch (final.kind) {
    case 'none':
      throw final.error;
    case 'last':
      return giveLast(engine, cascade, { step, last: final.answer });
    case 'earlier':
      passOver(engine, step, last);
      if (route.call.check) record.checkPassed = false;
      record.warnings.push(
        `${final.answer.model.id} answers although its answer was not good enough, because ${final.because}`,
      );
      return giveWhole(engine, record, final.answer);
  }
}

/** Gives an answer of an earlier step; its attempt is closed when it has been sent. */
export function giveWhole(clock: Clock, record: CallRecord, answer: ChildAnswer): StartedAttempt {
  giveAnswerOf(record, answer);
  return startedWhole(clock, answer);
}

function giveAnswerOf(record: CallRecord, { head }: Pick<ChildAnswer, 'head'>): void {
  record.answeredByCallId = head.requestId;
  warnOnce(record, head.warnings);
}

/** The most probable answer of the earlier steps, none of which was accepted; `undefined` if none can be used. */
function bestAnswer({ steps }: Cascade): ChildAnswer | undefined {
  const [best] = steps
    .filter(({ probability }) => probability > 0)
    .toSorted((a, b) => b.probability - a.probability);
  return best?.leader;
}

type Asked = {
  readonly step: CascadeStep;
  /** Another answer can be given instead. */
  readonly isReplaceable: boolean;
};

/** Asks the last step, and reads its answer as far as it is held back. */
async function askLast(
  engine: CascadeParts,
  { route, record }: Cascade,
  { step, isReplaceable }: Asked,
): Promise<LastStep<LastAnswer>> {
  const { request } = route.call;
  if (step.candidates.length === 0) return { kind: 'unasked' };
  try {
    const reply = await engine.run(
      stepCall(record, route, step, { stream: request.stream, isOptional: false, isAnswer: true }),
    );
    const { head } = reply;
    const candidate = answering(step, head);
    const read = isHeldBack(route.call, isReplaceable)
      ? await holdBackAnswer(reply, isReadAtOnce(request))
      : { begun: partsOf(reply) };
    acceptLast(record, step, { candidate, head });
    const flaw = 'reply' in read ? engine.acceptance.flaw(request, read.reply) : undefined;
    return {
      kind: 'answered',
      answer: { candidate, head, read, flaw },
      model: candidate.model.id,
      flaw,
      isReadable: 'reply' in read && flaw !== undefined && isReadableCut(flaw, request, read.reply),
    };
  } catch (thrown) {
    if (record.deadline.signal.aborted) throw thrown;
    return { kind: 'failed', error: asConclaveError(thrown) };
  }
}

/**
 * The last step's answer is always taken; it counts as not accepted only if its model is of another tier than planned.
 */
function acceptLast(
  record: CallRecord,
  step: CascadeStep,
  { candidate: { model }, head }: Pick<LastAnswer, 'candidate' | 'head'>,
): void {
  const wanted = step.planned[0]?.model;
  const accepted = !wanted || model.tier === wanted.tier;
  const because = accepted
    ? 'the last step: no other model is left to ask'
    : `the last step: ${model.id} answers instead of ${wanted.id}, and its answer was not checked`;
  if (!accepted) record.warnings.push(because);
  step.accept({ requestId: head.requestId, model: model.id, accepted }, because);
}

/** Truncated text is readable; truncated JSON or tool calls are useless. */
function isReadableCut({ signal }: Flaw, { output }: ModelRequest, { blocks }: CollectedReply): boolean {
  return signal === 'length' && output === undefined && !blocks.some(({ type }) => type === 'tool-call');
}

type Last = { readonly step: CascadeStep; readonly last: LastAnswer };

async function giveLast(engine: CascadeParts, cascade: Cascade, given: Last): Promise<StartedAttempt> {
  const { route, record } = cascade;
  const { candidate, head, read, flaw } = given.last;
  giveAnswerOf(record, { head });
  if ('begun' in read) {
    const flawOf = (reply: CollectedReply) => engine.acceptance.flaw(route.call.request, reply);
    return startedStream(engine, { candidate, head, parts: read.begun }, (reply) =>
      reviewLast(engine, cascade, given, { reply, flaw: flawOf(reply) }),
    );
  }
  await reviewLast(engine, cascade, given, { reply: read.reply, flaw });
  return startedWhole(engine, { parts: read.parts, head, candidate });
}

/**
 * Corrects the last verdict once the whole answer is known, which is given whatever the result: if it is unusable,
 * violates the request or fails the caller's check, with a warning.
 */
async function reviewLast(
  engine: CascadeParts,
  cascade: Cascade,
  { step, last }: Last,
  { reply, flaw }: { readonly reply: CollectedReply; readonly flaw: Flaw | undefined },
): Promise<void> {
  const { route, record } = cascade;
  const { check } = route.call;
  const answers = `${last.candidate.model.id} answers because no other model is left, but its answer`;
  if (flaw) {
    step.withdraw(flaw);
    record.warnings.push(`${answers} ${inWords(flaw)}`);
  }
  if (check) {
    const result = await engine.acceptance.check(check, reply, record.deadline.signal);
    record.checkPassed = result.passed;
    step.check(result);
    if (!result.passed) record.warnings.push(`${answers} fails the check: ${result.says}`);
  }
  // An unusable answer teaches nothing about the others.
  if (!flaw && record.checkPassed !== false) rateOthers(engine, cascade, { reply });
}

/** Records why the last step's answer is not given. */
function passOver(clock: Clock, step: CascadeStep, last: LastStep<LastAnswer>): void {
  if (last.kind === 'failed') step.fail([last.error]);
  if (last.kind !== 'answered' || !last.flaw) return;
  step.withdraw(last.flaw);
  const { candidate, head, read } = last.answer;
  if ('reply' in read) step.answers.push(childAnswer(clock, step, { ...read, candidate, head }));
}
