import { asConclaveError } from '../../core/errors.ts';
import type { ReplyHead } from '../../core/call.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Flaw } from '../../core/routing/acceptance/acceptance.ts';
import type { CollectedReply } from '../../core/wire/collected-reply.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import type { CallRecord } from '../row/call-record.ts';
import { checkedFor } from '../row/checked-for.ts';
import type { Cascade, CascadeStep } from './cascade-step.ts';
import { isHeldBack, type LastStep } from './final-answer.ts';
import { holdBackAnswer, isReadAtOnce, type ReadAhead } from './hold-back-answer.ts';
import { answering, partsOf, stepCall } from './step-call.ts';
import type { CascadeServices } from './cascade-services.ts';

/** The last step's answer: whole, or as far as it was read before it is passed on. */
export type LastAnswer = {
  readonly candidate: Candidate;
  readonly head: ReplyHead;
  readonly read: ReadAhead;
  /** Absent: none, or not known yet. */
  readonly flaw: Flaw | undefined;
};

type Asked = {
  readonly step: CascadeStep;
  /** Another answer can be given instead. */
  readonly isReplaceable: boolean;
};

/** Asks the last step, and reads its answer as far as it is held back. */
export async function askLast(
  engine: CascadeServices,
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
    const flaw =
      'reply' in read ? await engine.acceptance.flaw(request, read.reply, checkedFor(record)) : undefined;
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
