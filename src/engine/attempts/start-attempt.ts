import { wantsWhole } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { CandidateWithSlot } from '../deployments/capacity/acquire-slot.ts';
import { asCallersError } from '../deployments/access/at-callers-expense.ts';
import { refusalOf } from '../deployments/health/refusal.ts';
import type { Restored } from '../memory/thoughts/restored-in.ts';
import { hasUnprovenThoughts } from '../memory/thoughts/thought-proof.ts';
import type { Route } from '../route.ts';
import type { CallRecord } from '../row/call-record.ts';
import { warnOnce } from '../row/warn-once.ts';
import { answerMeter, type AnswerMeter } from './answer-meter.ts';
import { askProvider, type Source } from './ask-provider.ts';
import { beginRequest, newAttempt, type Attempt } from './attempt.ts';
import type { AttemptServices } from './attempt-services.ts';
import type { AttemptState } from './attempt-state.ts';
import type { Chunk } from './reply/chunk.ts';
import { closeAttempt } from './close-attempt.ts';
import { customChunks } from './custom/custom-chunks.ts';
import { customRequest } from './custom/custom-request.ts';
import { hideFromCaller } from './failure/hide-from-caller.ts';
import { withInlineMedia } from './request/with-inline-media.ts';
import { readToContent, readToEnd } from './reply/reply-chunks.ts';
import type { Dispensable } from './request/dispensable.ts';
import type { EarlierAttempts } from './request/write-wire-request.ts';

/** An attempt that has begun to answer: it has content, or a proper end, and is no longer replaced by another. */
export type StartedAttempt = {
  readonly candidate: Candidate;
  readonly meter: AnswerMeter;
  /** The reply is in the client's own dialect: its bytes can be passed on unchanged. */
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** How many requests it took, without those that the record already counts. */
  readonly requests: number;
  /** Chunks that were read ahead; the code that passes the reply on removes them. */
  readonly held: Chunk[];
  /** Absent: `held` is all of it. */
  readonly rest?: AsyncIterator<Chunk>;
};

/** An attempt that failed before it had any content. If a request was made, it is already in the record. */
export type FailedAttempt = {
  readonly error: ConclaveError;
  /** The failure came before the provider was asked. */
  readonly isUnasked: boolean;
  /** The dialect that the provider was asked in; absent: it was not asked. */
  readonly dialect: DialectId | undefined;
  /** The provider was asked for a whole answer although the client streams. */
  readonly askedWhole: boolean;
  /** What the provider refused of the request, and can be left out. */
  readonly refused: Dispensable | undefined;
  /** The restored reasoning in a request that the provider rejected. */
  readonly rejectedReasoning: Restored;
};

/** Asks one candidate once and reads until its first content. */
export async function startAttempt(
  engine: AttemptServices,
  route: Route,
  slotted: CandidateWithSlot,
  { record, earlier }: { readonly record: CallRecord; readonly earlier: EarlierAttempts },
): Promise<StartedAttempt | FailedAttempt> {
  const { candidate } = slotted;
  const worded = wordedFor(route, candidate);
  const attempt = newAttempt(engine, worded, { record, slotted });
  const { meter } = attempt;
  let rest: AsyncIterator<Chunk> | undefined;
  try {
    const source = await openSource(engine, worded, { attempt, earlier });
    const see = ({ parts }: Chunk) => meter.see(parts);
    const held = source.whole ? [source.whole] : await readToContent((rest = source.chunks), see);
    // What only the end of a stream has shown is not in an event that could be passed on.
    const isInBytes = held.at(-1)?.bytes.byteLength !== 0;
    source.begun?.();
    noteBegun(engine, attempt);
    if (rest && wantsWhole(worded.call)) await readToEnd(rest, held, see);
    warnOnce(record, meter.warnings());
    return {
      candidate,
      meter: answerMeter(engine, attempt),
      relayed: source.relayed && isInBytes,
      requests: 1,
      headers: source.headers,
      held,
      ...(rest && { rest }),
    };
  } catch (thrown) {
    await rest?.return?.();
    return failedAttempt(engine, attempt, thrown);
  }
}

/** A fallback of another family gets the wording for that family. */
function wordedFor(route: Route, { model }: Candidate): Route {
  const { call } = route;
  if (!call.wording) return route;
  return { ...route, call: { ...call, request: { ...call.request, messages: call.wording(model) } } };
}

async function openSource(
  engine: AttemptServices,
  route: Route,
  { attempt, earlier }: { readonly attempt: Attempt; readonly earlier: EarlierAttempts },
): Promise<Source> {
  const { candidate } = attempt.slotted;
  const { signal } = attempt.record.deadline;
  const { custom } = candidate.deployment;
  if (!custom) {
    const inlined = await withInlineMedia(engine, route, candidate, signal);
    return askProvider(engine, { route: inlined, attempt, earlier });
  }
  const { params, warnings } = customRequest(attempt.call, candidate.model, signal);
  warnOnce(attempt.record, warnings);
  beginRequest(attempt);
  const chunks = customChunks(custom, params, { stream: attempt.call.request.stream, signal });
  return { chunks, relayed: false, headers: {} };
}

/** The first content has arrived: notes what that shows about the deployment. */
function noteBegun(
  { now, health, askedDeployments, missing }: AttemptServices,
  { call, slotted: { candidate }, state }: Attempt,
): void {
  const { deployment } = candidate;
  const firstByteMs = now() - state.startedAt;
  state.firstByteMs = firstByteMs;
  health.succeeded(deployment, state.startedAt);
  const stream = call.request.stream && !state.traits.asksWhole;
  askedDeployments.of(deployment).pace.began(firstByteMs, { stream, at: now() });
  missing.answered(deployment, state.traits.dialect);
}

function failedAttempt(engine: AttemptServices, attempt: Attempt, thrown: unknown): FailedAttempt {
  const { record, slotted, state } = attempt;
  const { deployment } = slotted.candidate;
  const { dialect, asksWhole, restored } = state.traits;
  const failure = hideFromCaller(ownError(thrown, record.deadline.signal), deployment);
  const error = asCallersError(failure, deployment);
  const row = closeAttempt(engine, attempt, {
    outcome: error.code === 'cancelled' ? 'cancelled' : 'failed',
    endedAt: engine.now(),
    error,
    isUnsent: !state.requested || (thrown instanceof ConclaveError && thrown.hint === 'unsent'),
  });
  if (state.requested) record.attempts.push(row);
  return {
    error,
    isUnasked: !state.requested,
    dialect: state.requested ? dialect : undefined,
    askedWhole: asksWhole,
    refused: refusedOf(attempt, failure),
    rejectedReasoning: isRejected(state, failure) ? restored : 'nothing',
  };
}

function refusedOf({ call, state: { traits } }: Attempt, { hint }: ConclaveError): Dispensable | undefined {
  if (traits.asksUsage && hint === 'no-stream-usage') return 'usage';
  const isOfThoughts = traits.takesOpenThoughts && hint === 'unsigned-thoughts';
  return isOfThoughts && hasUnprovenThoughts(call.request.messages) ? 'open-thoughts' : undefined;
}

/** Whether the provider rejected the request itself, and not the account that sent it. */
function isRejected({ status }: AttemptState, failure: ConclaveError): boolean {
  return (status === 400 || status === 422) && refusalOf(failure) === undefined;
}

/** After an abort, the error is the abort's reason, whatever the transport threw. */
function ownError(thrown: unknown, signal: AbortSignal): ConclaveError {
  return asConclaveError(signal.aborted ? signal.reason : thrown);
}
