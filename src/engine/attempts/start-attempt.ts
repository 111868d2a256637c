import { isWaitedFor, type Call } from '../../core/call.ts';
import type { DialectId } from '../../core/content.ts';
import type { Dialect } from '../../core/dialect.ts';
import { asConclaveError, ConclaveError, type ErrorCode } from '../../core/errors.ts';
import type { AttemptRow } from '../../core/ledger.ts';
import type { Candidate, Deployment } from '../../core/provider.ts';
import type { Ms } from '../../core/units.ts';
import type { ModelRequest } from '../../core/request.ts';
import type { IncomingReply, TransportTimeouts } from '../../core/transport.ts';
import { completionTokens, promptTokens } from '../../core/usage.ts';
import { asCallersError } from './caller-keys.ts';
import { attemptMeter, type AttemptMeter } from './attempt-meter.ts';
import { customChunks } from './custom-provider.ts';
import type { Slot } from '../deployments/deployment-load.ts';
import type { EngineContext } from '../engine.ts';
import { furtherModel } from '../money/further-models.ts';
import { hideFromCaller } from './hide-from-caller.ts';
import type { CandidateWithSlot } from '../deployments/next-with-room.ts';
import { withInlineMedia } from './inline-media.ts';
import { mendedChunks, mendOf } from './mended-reply.ts';
import { noRoom } from '../deployments/no-room.ts';
import {
  emptyReply,
  hasBegun,
  readToContent,
  streamedChunks,
  wholeChunk,
  type Chunk,
} from '../replies/reply-chunks.ts';
import type { CallRecord } from '../record.ts';
import { readErrorBody } from './read-error-body.ts';
import type { Route } from '../route.ts';
import { isRateRefusal } from '../deployments/is-rate-refusal.ts';
import { writeWireRequest } from './wire-request.ts';
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

/** Headers of a provider's reply that mean something to a client and give nothing away. */
const relayedReplyHeaders = /^(?:retry-after|openai-processing-ms|(?:x|anthropic)-ratelimit-.+)$/;

/** Where providers name a request. A client looks there for the name that it has here, so theirs goes on elsewhere. */
const providersNames: ReadonlySet<string> = new Set(['x-request-id', 'request-id']);
const providersName = 'x-conclave-provider-request-id';

/**
 * Asks one candidate once and reads until its first content.
 * @throws ConclaveError for every failure before that; the attempt is then already in the record.
 */
export async function startAttempt(
  engine: EngineContext,
  route: Route,
  seat: CandidateWithSlot,
  options: {
    readonly record: CallRecord;
    readonly signal: AbortSignal;
    /** Dialects in which the candidate is not to be asked. */
    readonly notIn?: ReadonlySet<DialectId>;
  },
): Promise<StartedAttempt> {
  const { candidate } = seat;
  const worded = wordedFor(route, candidate);
  const { call, features } = worded;
  const { deployment } = candidate;
  const { inputTokens } = features;
  const trace = options.record.trace?.attemptStarted(candidate, call);
  const meter = attemptMeter(candidate, {
    startedAt: engine.now(),
    inputEstimate: inputTokens,
    ...(!engine.settings.keepBodies && { told: (text) => withoutQuotes(text, call.request.messages) }),
    modelOf: (name) => furtherModel(engine.catalogue, candidate.model.provider, name),
    isOpen: features.furtherModels !== undefined,
    keepsAnswer: call.request.extras?.some((extra) => extra.keepsAnswer) === true,
    closed(row) {
      leavePlace(row, 'place' in seat ? seat.place : undefined, refused);
      notePace(engine, deployment, row);
      if (row.kept) engine.origins.rememberReply(row.kept, call.principal.keyId);
      for (const proof of meter.proofs()) engine.origins.rememberThought(proof, candidate);
      warnOnce(options.record, meter.unpriced());
      trace?.ended(row);
    },
  });
  let rest: AsyncIterator<Chunk> | undefined;
  let refused = false;
  try {
    if ('full' in seat) throw noRoom(engine.load, deployment, seat.full, inputTokens);
    const source = deployment.custom
      ? customSource(deployment, candidate, call, options.signal)
      : await ask(engine, {
          route: await withInlineMedia(engine, worded, candidate, options.signal),
          candidate,
          meter,
          traceparent: trace?.traceparent,
          ...options,
        });
    const held = source.whole ? [source.whole] : await readToContent((rest = source.chunks));
    meter.firstByteMs = engine.now() - meter.startedAt;
    const lifted = engine.health.succeeded(deployment, meter.firstByteMs, call.request.stream);
    if (lifted) engine.benches.tell(lifted);
    for (const { parts } of held) meter.see(parts);
    warnOnce(options.record, meter.unpriced());
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

type Source = {
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
} & (
  | { readonly chunks: AsyncIterator<Chunk>; readonly whole?: never }
  | { readonly chunks?: never; readonly whole: Chunk }
);

function customSource(deployment: Deployment, { model }: Candidate, call: Call, signal: AbortSignal): Source {
  const provider = deployment.custom;
  if (!provider) throw new ConclaveError('internal', `Deployment ${deployment.id} has no provider object.`);
  return { chunks: customChunks(provider, model, call.request, signal), relayed: false, headers: {} };
}

type Asking = {
  readonly route: Route;
  readonly candidate: Candidate;
  readonly meter: AttemptMeter;
  readonly traceparent: string | undefined;
  readonly record: CallRecord;
  readonly signal: AbortSignal;
  readonly notIn?: ReadonlySet<DialectId>;
};

async function ask(engine: EngineContext, asking: Asking): Promise<Source> {
  const { route, candidate, meter, record, signal } = asking;
  const { deployment } = candidate;
  const written = writeWireRequest(engine, route, candidate, asking.notIn);
  const { dialect, relayed, unsigned, warnings } = written;
  meter.dialect = dialect.id;
  warnOnce(record, warnings);
  const { connectMs } = engine.settings.timeouts;
  const { traceparent = route.call.traceContext?.traceparent } = asking;
  const headers = await engine.authorize(unsigned, deployment);
  const reply = await engine.transport.send({
    method: 'POST',
    url: unsigned.url,
    headers: traceparent === undefined ? headers : { ...headers, traceparent },
    body: unsigned.body,
    signal,
    timeouts: { connectMs, ...patienceOf(engine, route, candidate) },
  });
  meter.status = reply.status;
  if (deployment.payer !== 'caller') engine.limits.learn(deployment, engine.readRateLimits(reply.headers));
  if (reply.status < 200 || reply.status > 299) throw await readFailure(dialect, reply, deployment);
  const { quirks } = deployment.provider;
  const streamed = isStream(reply, dialect);
  // A provider that streams unasked, or does not when asked, is translated into what the client expects.
  const asAsked = streamed === route.call.request.stream;
  const rest = {
    relayed: relayed && asAsked && quirks.rewritesReplies !== true,
    headers: relayedHeaders(reply),
  };
  const mend = mendOf(written);
  if (streamed) {
    const chunks = streamedChunks(reply.body, dialect, quirks);
    return { ...rest, chunks: mend ? mendedChunks(chunks, mend) : chunks };
  }
  const read = await wholeChunk(reply.body, dialect, quirks);
  const whole = mend ? { ...read, parts: mend(read.parts) } : read;
  if (!hasBegun(whole)) throw emptyReply();
  if (route.call.request.embedding) expectAllVectors(route.call.request, whole);
  return { ...rest, whole };
}

/** Vectors are told apart by their place alone. @throws ConclaveError `provider_invalid_reply` where one is missing. */
function expectAllVectors({ messages }: ModelRequest, { parts }: Chunk): void {
  const texts = messages.reduce((sum, { content }) => sum + content.length, 0);
  const vectors = parts.filter(({ type }) => type === 'opaque').length;
  if (vectors === texts) return;
  throw new ConclaveError(
    'provider_invalid_reply',
    `The provider sent ${vectors} vectors for ${texts} texts; which is whose cannot be told.`,
  );
}

/**
 * How long the first byte and later silences may take, the first at most as long as the caller still waits. That of a whole
 * answer comes when it is finished: it has the time of the whole call, unless the configuration says less.
 */
function patienceOf(
  { settings, now }: EngineContext,
  { features, call }: Route,
  { model }: Candidate,
): Omit<TransportTimeouts, 'connectMs'> {
  const { timeouts } = settings;
  const { idleMs, wholeAnswerMs = Infinity, thinkingMs = 5 * idleMs } = timeouts;
  const longer = (setting: 'firstByteMs' | 'idleMs'): [string, Ms] =>
    model.capabilities.reasoning === true && thinkingMs > timeouts[setting]
      ? ['thinkingMs', thinkingMs]
      : [setting, timeouts[setting]];
  const [firstByteSetting, beginningMs] = isWaitedFor(call)
    ? ['wholeAnswerMs', wholeAnswerMs]
    : longer('firstByteMs');
  const [idleSetting, silenceMs] = longer('idleMs');
  const leftMs = features.maxLatencyMs === undefined ? Infinity : features.at + features.maxLatencyMs - now();
  return {
    firstByteMs: Math.max(1, Math.min(beginningMs, leftMs)),
    firstByteSetting,
    idleMs: silenceMs,
    idleSetting,
  };
}

function warnOnce(record: CallRecord, warnings: readonly string[]): void {
  for (const warning of warnings) if (!record.warnings.includes(warning)) record.warnings.push(warning);
}

async function readFailure(
  dialect: Dialect,
  reply: IncomingReply,
  deployment: Deployment,
): Promise<ConclaveError> {
  if (reply.status < 400) {
    await readErrorBody(reply.body);
    return redirected(reply, deployment);
  }
  const body = await readErrorBody(reply.body);
  return dialect.readError({
    status: reply.status,
    headers: reply.headers,
    body,
    provider: deployment.provider.id,
  });
}

/** Nothing follows a redirect: credentials go to the address that was configured, and to no other. */
function redirected({ status, headers }: IncomingReply, { id, provider }: Deployment): ConclaveError {
  const location = String(headers['location'] ?? '')
    .replace(/[?#].*$/s, '')
    .slice(0, 200);
  const where = location === '' ? 'something else' : `a redirect to ${location}`;
  return new ConclaveError(
    'provider_error',
    `${provider.id} answered ${status}, a redirect, which is not followed.`,
    {
      provider: provider.id,
      providerStatus: status,
      toOperator: `${provider.id} answered ${status}, ${where}, which is not followed; correct the base URL of ${id}`,
    },
  );
}

function isStream(reply: IncomingReply, dialect: Dialect): boolean {
  const type = String(reply.headers['content-type'] ?? '');
  return type.startsWith(dialect.streamContentType.split(';')[0] ?? '');
}

function relayedHeaders(reply: IncomingReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in reply.headers) {
    const value = reply.headers[name];
    if (typeof value !== 'string') continue;
    if (relayedReplyHeaders.test(name)) headers[name] = value;
    else if (providersNames.has(name)) headers[providersName] = value;
  }
  return headers;
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

function leavePlace({ usage, outcome }: AttemptRow, place: Slot | undefined, refused: boolean): void {
  const end = outcome === 'ok' ? 'answered' : refused ? 'refused' : undefined;
  place?.leave(promptTokens(usage) + completionTokens(usage), end);
}

function notePace(
  engine: EngineContext,
  deployment: Deployment,
  { usage, outcome, durationMs, firstByteMs = 0 }: AttemptRow,
): void {
  if (outcome === 'ok') engine.health.paced(deployment, completionTokens(usage), durationMs - firstByteMs);
}
