import type { Call, CallReceipt, ReplyHead } from '../core/call.ts';
import { collectReply, type CollectedReply } from '../core/wire/collected-reply.ts';
import { ConclaveError } from '../core/errors.ts';
import type { Engine } from './engine.ts';
import type { ExpectedCall, ParentCall } from './open-parent.ts';

/** A call as code inside Conclave makes it; omitted fields get defaults. */
export type Question = Omit<Call, 'raw' | 'tags' | 'limits' | 'signal' | 'traceId'> &
  Partial<Pick<Call, 'tags' | 'limits' | 'signal' | 'traceId'>>;

export type Answer = {
  readonly reply: CollectedReply;
  readonly receipt: CallReceipt;
  readonly head: ReplyHead;
};

/** An expected call as code inside Conclave describes it. */
export type ExpectedQuestion = Omit<ExpectedCall, 'call'> & { readonly question: Question };

/** A parent call as code inside Conclave opens it. */
export type ParentQuestion = Omit<ParentCall, 'expected'> & {
  readonly expected: readonly ExpectedQuestion[];
};

/** Builds the whole parent call from the questions of its children. */
export function parentOf(
  { expected, ...parent }: ParentQuestion,
  newId: (kind: 'trace') => string,
): ParentCall {
  return {
    ...parent,
    expected: expected.map((one) => expectedOf(one, newId)),
  };
}

/** Builds a whole expected call from its question. */
export function expectedOf(
  { question, ...rest }: ExpectedQuestion,
  newId: (kind: 'trace') => string,
): ExpectedCall {
  return { ...rest, call: callOf(question, newId) };
}

/** Builds the whole call from a question. */
export function callOf(question: Question, newId: (kind: 'trace') => string): Call {
  return {
    ...question,
    tags: question.tags ?? [],
    limits: question.limits ?? {},
    signal: question.signal ?? new AbortController().signal,
    traceId: question.traceId ?? newId('trace'),
  };
}

/** Runs a call and collects its whole answer. @throws ConclaveError also if the stream breaks off. */
export async function ask(engine: Pick<Engine, 'run'>, call: Call): Promise<Answer> {
  const reply = await engine.run({ ...call, collected: true });
  if (reply.kind !== 'parts') throw new ConclaveError('internal', 'A call without raw bytes was relayed.');
  const collected = await collectReply(reply.parts);
  return { reply: collected, receipt: await reply.settled, head: reply.head };
}
