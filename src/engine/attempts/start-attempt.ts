import { wantsWhole, type Call } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { asConclaveError, ConclaveError } from '../../core/errors.ts';
import type { Candidate, Deployment } from '../../core/provider.ts';
import type { CandidateWithSlot } from '../deployments/acquire-slot.ts';
import type { AttemptTrace } from '../../core/call-tracer.ts';
import type { CallRecord } from '../row/call-record.ts';
import type { Route } from '../route.ts';
import { askedTerms } from '../money/asked-terms.ts';
import { furtherModel } from '../money/further-models.ts';
import type { Chunk } from './chunk.ts';
import { readToContent, readToEnd } from './reply-chunks.ts';
import { askProvider, type Source } from './ask-provider.ts';
import { attemptMeter, type AnswerMeter, type AttemptMeter } from './attempt-meter.ts';
import { asCallersError } from '../deployments/caller-keys.ts';
import { refusalOf } from '../deployments/refusal.ts';
import { customChunks } from './custom-provider.ts';
import { hideFromCaller } from './hide-from-caller.ts';
import { withInlineMedia } from './inline-media.ts';
import { recordAttempt } from './record-attempt.ts';
import { warnOnce } from '../row/warn-once.ts';
import type { EarlierTries } from './wire-request.ts';
import { withoutQuotes } from '../row/without-quotes.ts';
import type { AttemptServices } from './attempt-services.ts';

/** An attempt that has begun to answer: it has content, or a proper end, and is no longer replaced by another. */
export type StartedAttempt = {
  readonly candidate: Candidate;
  readonly meter: AnswerMeter;
  /** The reply is in the client's own dialect: its bytes can be passed on unchanged. */
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
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
  /** The provider rejected a request in which reasoning had been restored. */
  readonly reasoningRejected: boolean;
};

/** Asks one candidate once and reads until its first content. */
export async function startAttempt(
  engine: AttemptServices,
  route: Route,
  slotted: CandidateWithSlot,
  { record, asked }: { readonly record: CallRecord; readonly asked: EarlierTries },
): Promise<StartedAttempt | FailedAttempt> {
  const { candidate } = slotted;
  const worded = wordedFor(route, candidate);
  const { call, features } = worded;
  const { deployment } = candidate;
  const inputTokens = features.size.prompt.expected;
  const { signal } = record.deadline;
  let trace: AttemptTrace | undefined;
  const meter = attemptMeter(candidate, {
    startedAt: engine.now(),
    inputEstimate: inputTokens,
    terms: askedTerms(candidate, features.request),
    withoutPrompt: (text) => (engine.settings.keepBodies ? text : withoutQuotes(text, call.request.messages)),
    modelOf: (name) => furtherModel(engine.catalogue, candidate.model.provider, name),
    isOpen: features.request.furtherModels !== undefined,
    keepsAnswer: call.request.extras?.some((extra) => extra.keepsAnswer) === true,
    closed(row, error) {
      recordAttempt(engine, { record, call, slotted, meter, row, error });
      trace?.ended(row);
    },
  });
  /** Called before each request. @throws the reason why the call is over, if it is. */
  function sending(): AttemptTrace | undefined {
    signal.throwIfAborted();
    meter.asked = true;
    trace ??= record.trace?.attemptStarted(candidate, call);
    return trace;
  }
  let rest: AsyncIterator<Chunk> | undefined;
  try {
    if (deployment.custom) sending();
    const source = deployment.custom
      ? customSource(deployment, candidate, call, signal)
      : await askProvider(engine, {
          route: await withInlineMedia(engine, worded, candidate, signal),
          candidate,
          slot: slotted.slot,
          meter,
          sending,
          record,
          asked,
        });
    const see = ({ parts }: Chunk) => meter.see(parts);
    const held = source.whole ? [source.whole] : await readToContent((rest = source.chunks), see);
    source.begun?.();
    meter.firstByteMs = engine.now() - meter.startedAt;
    const { startedAt: sentAt, firstByteMs } = meter;
    const stream = call.request.stream && !meter.askedWhole;
    engine.health.succeeded(deployment, sentAt);
    engine.asked.of(deployment).pace.began(firstByteMs, { stream, at: engine.now() });
    engine.missing.answered(deployment, meter.dialect);
    if (rest && wantsWhole(call)) await readToEnd(rest, held, see);
    warnOnce(record, meter.warnings());
    return {
      candidate,
      meter,
      relayed: source.relayed,
      headers: source.headers,
      held,
      ...(rest && { rest }),
    };
  } catch (thrown) {
    await rest?.return?.();
    const failure = hideFromCaller(ownError(thrown, signal), deployment);
    const error = asCallersError(failure, deployment);
    meter.unsent = !meter.asked || (thrown instanceof ConclaveError && thrown.hint === 'unsent');
    const outcome = error.code === 'cancelled' ? 'cancelled' : 'failed';
    const row = meter.close(outcome, engine.now(), error);
    if (meter.asked) record.attempts.push(row);
    return {
      error,
      isUnasked: !meter.asked,
      dialect: meter.asked ? meter.dialect : undefined,
      askedWhole: meter.askedWhole,
      reasoningRejected: meter.restoredReasoning && isRejected(meter, failure),
    };
  }
}

/** Whether the provider rejected the request itself, and not the account that sent it. */
function isRejected({ status }: AttemptMeter, failure: ConclaveError): boolean {
  return (status === 400 || status === 422) && refusalOf(failure) === undefined;
}

/** A fallback of another family gets the wording for that family. */
function wordedFor(route: Route, { model }: Candidate): Route {
  const { call } = route;
  if (!call.wording) return route;
  return { ...route, call: { ...call, request: { ...call.request, messages: call.wording(model) } } };
}

function customSource(deployment: Deployment, { model }: Candidate, call: Call, signal: AbortSignal): Source {
  const provider = deployment.custom;
  if (!provider) throw new ConclaveError('internal', `Deployment ${deployment.id} has no provider object.`);
  return { chunks: customChunks(provider, model, call.request, signal), relayed: false, headers: {} };
}

/** After an abort, the error is the abort's reason, whatever the transport threw. */
function ownError(thrown: unknown, signal: AbortSignal): ConclaveError {
  return asConclaveError(signal.aborted ? signal.reason : thrown);
}
