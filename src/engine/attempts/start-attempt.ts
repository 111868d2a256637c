import type { Call } from '../../core/call.ts';
import type { DialectId } from '../../core/content.ts';
import { asConclaveError, ConclaveError, type ErrorCode } from '../../core/errors.ts';
import type { AttemptRow } from '../../core/ledger.ts';
import type { Candidate, Deployment } from '../../core/provider.ts';
import { completionTokens, promptTokens } from '../../core/usage.ts';
import type { Slot } from '../deployments/deployment-load.ts';
import { isRateRefusal } from '../deployments/is-rate-refusal.ts';
import type { CandidateWithSlot } from '../deployments/next-with-room.ts';
import { noRoom } from '../deployments/no-room.ts';
import type { EngineContext } from '../engine.ts';
import { furtherModel } from '../money/further-models.ts';
import type { CallRecord } from '../record.ts';
import { readToContent, type Chunk } from '../replies/reply-chunks.ts';
import type { Route } from '../route.ts';
import { askProvider, type Source } from './ask-provider.ts';
import { attemptMeter, type AttemptMeter } from './attempt-meter.ts';
import { asCallersError } from './caller-keys.ts';
import { customChunks } from './custom-provider.ts';
import { hideFromCaller } from './hide-from-caller.ts';
import { withInlineMedia } from './inline-media.ts';
import { warnOnce } from './warn-once.ts';
import { withoutQuotes } from './without-quotes.ts';

/** An attempt that has begun to answer: it has content, or a proper end, and is no longer replaced by another. */
export type StartedAttempt = {
  readonly candidate: Candidate;
  readonly meter: AttemptMeter;
  /** The client's own dialect came back: its bytes can go through as they are. */
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  /** Read ahead; whoever passes the reply on takes them out. */
  readonly held: Chunk[];
  /** Absent: `held` is all of it. */
  readonly rest?: AsyncIterator<Chunk>;
};

/**
 * Asks one candidate once and reads until its first content.
 * @throws ConclaveError for every failure before that; the attempt is then already in the record.
 */
export async function startAttempt(
  engine: EngineContext,
  route: Route,
  given: CandidateWithSlot,
  options: {
    readonly record: CallRecord;
    readonly signal: AbortSignal;
    /** Dialects in which the candidate is not to be asked. */
    readonly notIn?: ReadonlySet<DialectId>;
  },
): Promise<StartedAttempt> {
  const { candidate } = given;
  const worded = wordedFor(route, candidate);
  const { call, features } = worded;
  const { deployment } = candidate;
  const { inputTokens } = features;
  let refused = false;
  const trace = options.record.trace?.attemptStarted(candidate, call);
  const meter = attemptMeter(candidate, {
    startedAt: engine.now(),
    inputEstimate: inputTokens,
    ...(!engine.settings.keepBodies && { told: (text) => withoutQuotes(text, call.request.messages) }),
    modelOf: (name) => furtherModel(engine.catalogue, candidate.model.provider, name),
    isOpen: features.furtherModels !== undefined,
    keepsAnswer: call.request.extras?.some((extra) => extra.keepsAnswer) === true,
    closed(row) {
      leaveSlot(row, 'slot' in given ? given.slot : undefined, refused);
      notePace(engine, deployment, row);
      if (row.kept) engine.origins.rememberReply(row.kept, call.principal.keyId);
      for (const proof of meter.proofs()) engine.origins.rememberThought(proof, candidate);
      const turn = row.outcome === 'ok' ? meter.turn() : undefined;
      if (turn)
        engine.turnThoughts.remember(
          { ...turn, before: call.request.messages, dialect: meter.dialect, candidate },
          call.principal.keyId,
        );
      warnOnce(options.record, meter.warnings());
      trace?.ended(row);
    },
  });
  let rest: AsyncIterator<Chunk> | undefined;
  try {
    if ('full' in given) throw noRoom(engine.load, deployment, given.full, inputTokens);
    const source = deployment.custom
      ? customSource(deployment, candidate, call, options.signal)
      : await askProvider(engine, {
          route: await withInlineMedia(engine, worded, candidate, options.signal),
          candidate,
          meter,
          traceparent: trace?.traceparent,
          ...options,
        });
    const held = source.whole
      ? [source.whole]
      : await readToContent((rest = source.chunks), ({ parts }) => meter.see(parts));
    meter.firstByteMs = engine.now() - meter.startedAt;
    const lifted = engine.health.succeeded(deployment, meter.firstByteMs, call.request.stream);
    if (lifted) engine.benches.tell(lifted);
    warnOnce(options.record, meter.warnings());
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
    const error = asCallersError(hideFromCaller(ownError(thrown, options.signal), deployment), deployment);
    noteFailure(engine, deployment, error);
    if (error.code === 'provider_timeout' && meter.firstByteMs === undefined)
      engine.health.waitedInVain(deployment, engine.now() - meter.startedAt, call.request.stream);
    meter.unsent = thrown instanceof ConclaveError && thrown.details.unsent === true;
    refused = isRateRefusal(error);
    options.record.attempts.push(
      meter.close(error.code === 'cancelled' ? 'cancelled' : 'failed', engine.now(), error),
    );
    throw error;
  }
}

/** A fallback to another family is asked in that family's own wording. */
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

/** An abort explains itself by its reason, whatever the transport made of it. */
function ownError(thrown: unknown, signal: AbortSignal): ConclaveError {
  return asConclaveError(signal.aborted ? signal.reason : thrown);
}

/** Failures that say something about the call and nothing about the deployment. */
const callersDoing: ReadonlySet<ErrorCode> = new Set([
  'rate_limited',
  'cancelled',
  'shutting_down',
  'invalid_request',
  'unsupported',
  'context_too_long',
  'content_filtered',
  'request_too_large',
]);

function noteFailure(engine: EngineContext, deployment: Deployment, error: ConclaveError): void {
  // One caller's key says nothing about the next one's.
  if (deployment.payer === 'caller') return;
  // It may serve the same call at another of its paths.
  if (error.details.noSuchPath && deployment.endpoints.length > 1) return;
  if (callersDoing.has(error.code)) return;
  const benched = engine.health.failed(deployment, error);
  if (benched) engine.benches.tell(benched);
}

function leaveSlot({ usage, outcome }: AttemptRow, slot: Slot | undefined, refused: boolean): void {
  const end = outcome === 'ok' ? 'answered' : refused ? 'refused' : undefined;
  slot?.leave(promptTokens(usage) + completionTokens(usage), end);
}

function notePace(
  engine: EngineContext,
  deployment: Deployment,
  { usage, outcome, durationMs, firstByteMs = 0 }: AttemptRow,
): void {
  if (outcome === 'ok') engine.health.paced(deployment, completionTokens(usage), durationMs - firstByteMs);
}
