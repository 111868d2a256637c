import { appendAll } from '../../core/lists/append-all.ts';
import type { StepAnswer } from '../../core/routing/acceptance/acceptance.ts';
import type { Call, Reply, ReplyHead } from '../../core/call.ts';
import { replyCollector, type CollectedReply } from '../../core/wire/collected-reply.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { AttemptRow } from '../../core/stores/ledger.ts';
import type { PlanStep } from '../../core/routing/plan/plan.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { noUsage } from '../../core/money/usage.ts';
import type { AnswerMeter } from '../attempts/answer-meter.ts';
import type { CallRecord } from '../row/call-record.ts';
import type { Route } from '../route.ts';
import type { Chunk } from '../attempts/reply/chunk.ts';
import type { StartedAttempt } from '../attempts/start-attempt.ts';
import type { Clock } from '../services.ts';

/** A whole answer of one of our own child calls. */
export type ChildAnswer = StepAnswer & {
  readonly parts: readonly StreamPart[];
  readonly head: ReplyHead;
  readonly candidate: Candidate;
  /** Its entry among the attempts of the parent call, unless it is given: then the entry is made when it has been sent. */
  readonly row: AttemptRow;
};

type Parts = AsyncIterable<readonly StreamPart[]>;

type StepTraits = {
  readonly stream: boolean;
  readonly isOptional: boolean;
  /** Its reply answers the parent's prompt, so what is known of the prompt applies to it. */
  readonly isAnswer: boolean;
};

const noBytes = new Uint8Array(0);

/**
 * Builds the child call for the candidates of one step, on the parent's reservation and trace. Its cost is recorded,
 * however it ends.
 */
export function stepCall(
  record: CallRecord,
  { call, plan }: Route,
  { candidates }: Pick<PlanStep, 'candidates'>,
  { stream, isOptional, isAnswer }: StepTraits,
): Call {
  const { raw: _raw, check: _check, ...rest } = call;
  const classification = isAnswer ? record.classification : undefined;
  return {
    ...rest,
    request: { ...call.request, model: candidates[0]?.model.id ?? '', stream },
    parent: {
      id: record.id,
      // The plan's amount covers all its steps: nothing more needs to be claimed.
      reservation: { id: record.reservationRow() },
      step: {
        plan: { steps: [{ candidates }], reason: `a step of ${record.id}: ${plan.reason}` },
        isOptional,
        ...(classification && { classification }),
      },
    },
    signal: record.deadline.signal,
    onSettled(receipt) {
      record.children.push(receipt);
      if (isAnswer) record.stepRequests += receipt.attempts;
    },
  };
}

/** Reads a step's reply to its end. */
export async function readWhole(reply: Reply) {
  const collector = replyCollector();
  const parts: StreamPart[] = [];
  for await (const batch of partsOf(reply)) {
    appendAll(parts, batch);
    for (const part of batch) collector.add(part);
  }
  return { parts, reply: collector.reply };
}

/** Builds the answer of a step from its whole reply; its cost is in its own call's row. */
export function childAnswer(
  clock: Clock,
  { position }: { readonly position: number },
  whole: Pick<ChildAnswer, 'parts' | 'reply' | 'candidate' | 'head' | 'validity'>,
): ChildAnswer {
  const { candidate, head } = whole;
  const row = stepMeter(clock, candidate, head).close('ok', clock.now());
  return { ...whole, model: candidate.model, step: position, row };
}

/** Returns the candidate that answered, which may not be the first of its step. */
export function answering({ candidates }: Pick<PlanStep, 'candidates'>, { model }: ReplyHead): Candidate {
  const candidate = candidates.find((one) => one.model.id === model) ?? candidates[0];
  if (!candidate) throw new ConclaveError('internal', 'A step without candidates was asked.');
  return candidate;
}

/** Presents a whole answer as if it arrived now. */
export function startedWhole(
  clock: Clock,
  { parts, head, candidate }: Pick<ChildAnswer, 'parts' | 'head' | 'candidate'>,
): StartedAttempt {
  const held: Chunk[] = [{ bytes: noBytes, parts }];
  return { ...started(clock, candidate, head), requests: 0, held, rest: emptyChunks() };
}

/** Presents an answer that is still arriving; `whole` is called with it when it is complete. */
export function startedStream(
  clock: Clock,
  { candidate, head, parts }: Pick<ChildAnswer, 'candidate' | 'head'> & { readonly parts: Parts },
  whole: (answer: CollectedReply) => Promise<void>,
): StartedAttempt {
  return {
    ...started(clock, candidate, head),
    requests: head.attempts,
    held: [],
    rest: chunksOf(parts, whole),
  };
}

function started(clock: Clock, candidate: Candidate, head: ReplyHead) {
  return { candidate, meter: stepMeter(clock, candidate, head), relayed: false, headers: head.headers };
}

/** The usage of a step's answer is counted in the row of its own call. */
function stepMeter(clock: Clock, { model, deployment }: Candidate, { requestId }: ReplyHead): AnswerMeter {
  const startedAt = clock.now();
  const dialect = deployment.endpoints[0]?.dialect ?? 'openai-chat';
  return {
    dialect,
    startedAt,
    firstByteMs: 0,
    replyId: () => undefined,
    answeredBy: () => model,
    see: () => undefined,
    close(outcome, endedAt, error) {
      return {
        model: model.id,
        provider: model.provider,
        deployment: deployment.id,
        dialect,
        startedAt,
        durationMs: endedAt - startedAt,
        outcome,
        message: error ? error.toOperator : `call ${requestId}`,
        madeBy: requestId,
        ...(error && { errorCode: error.code }),
        usage: noUsage,
        estimated: false,
        cost: 0n,
        simulated: deployment.simulated,
      };
    },
  };
}

async function* chunksOf(
  reply: Parts,
  whole: (answer: CollectedReply) => Promise<void>,
): AsyncGenerator<Chunk> {
  const collector = replyCollector();
  for await (const parts of reply) {
    const failed = parts.some(({ type }) => type === 'error');
    if (!failed) for (const part of parts) collector.add(part);
    if (parts.some(({ type }) => type === 'finish')) await whole(collector.reply);
    yield { bytes: noBytes, parts };
  }
}

async function* emptyChunks(): AsyncGenerator<Chunk> {
  yield* [];
}

/**
 * Returns the parts of a step's reply. @throws ConclaveError if its bytes were relayed, which never happens in a step.
 */
export function partsOf(reply: Reply): Parts {
  if (reply.kind === 'parts') return reply.parts;
  throw new ConclaveError('internal', 'A step without raw bytes was relayed.');
}
