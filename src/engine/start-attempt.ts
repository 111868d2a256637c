import type { Call } from '../core/call.ts';
import type { Dialect } from '../core/dialect.ts';
import { asConclaveError, ConclaveError, type ErrorCode } from '../core/errors.ts';
import type { Candidate, Deployment, DialectEndpoint } from '../core/provider.ts';
import { spliceMembers } from '../core/splice-members.ts';
import type { IncomingReply } from '../core/transport.ts';
import { attemptMeter, type AttemptMeter } from './attempt-meter.ts';
import { customChunks } from './custom-provider.ts';
import type { EngineContext, UnsignedRequest } from './engine.ts';
import { readAll, readToContent, streamedChunks, wholeChunk, type Chunk } from './reply-chunks.ts';
import type { CallRecord } from './record.ts';
import type { Route } from './route.ts';

/** An attempt that has begun to answer: it has content, or a proper end, and is no longer replaced by another. */
export type StartedAttempt = {
  readonly candidate: Candidate;
  readonly meter: AttemptMeter;
  /** The client's own dialect came back: its bytes can go through as they are. */
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly held: readonly Chunk[];
  readonly rest: AsyncIterator<Chunk>;
};

const maxErrorBytes = 64 * 1024;
/** Headers of a provider's reply that mean something to a client and give nothing away. */
const crossingHeaders =
  /^(?:x-request-id|request-id|retry-after|openai-processing-ms|(?:x|anthropic)-ratelimit-.+)$/;

/**
 * Asks one candidate once and reads until its first content.
 * @throws ConclaveError for every failure before that; the attempt is then already in the record.
 */
export async function startAttempt(
  engine: EngineContext,
  route: Route,
  candidate: Candidate,
  options: { readonly record: CallRecord; readonly signal: AbortSignal },
): Promise<StartedAttempt> {
  const { call, features } = route;
  const { deployment } = candidate;
  const endpoint = endpointFor(call, deployment);
  const meter = attemptMeter(candidate, endpoint.dialect, engine.now(), features.inputTokens);
  engine.health.started(deployment.id);
  let rest: AsyncIterator<Chunk> | undefined;
  try {
    const source = deployment.custom
      ? customSource(deployment, candidate, call, options.signal)
      : await ask(engine, { route, candidate, endpoint, meter, ...options });
    rest = source.chunks[Symbol.asyncIterator]();
    const held = await readToContent(rest);
    meter.firstByteMs = engine.now() - meter.startedAt;
    engine.health.succeeded(deployment.id, meter.firstByteMs);
    for (const { parts } of held) meter.see(parts);
    return { candidate, meter, relayed: source.relayed, headers: source.headers, held, rest };
  } catch (thrown) {
    await rest?.return?.();
    const error = ownError(thrown, options.signal);
    noteFailure(engine, deployment, error);
    options.record.attempts.push(
      meter.close(error.code === 'cancelled' ? 'cancelled' : 'failed', engine.now(), error),
    );
    throw error;
  }
}

type Source = {
  readonly chunks: AsyncIterable<Chunk>;
  readonly relayed: boolean;
  readonly headers: Readonly<Record<string, string>>;
};

function customSource(deployment: Deployment, { model }: Candidate, call: Call, signal: AbortSignal): Source {
  const provider = deployment.custom;
  if (!provider) throw new ConclaveError('internal', `Deployment ${deployment.id} has no provider object.`);
  return { chunks: customChunks(provider, model, call.request, signal), relayed: false, headers: {} };
}

type Asking = {
  readonly route: Route;
  readonly candidate: Candidate;
  readonly endpoint: DialectEndpoint;
  readonly meter: AttemptMeter;
  readonly record: CallRecord;
  readonly signal: AbortSignal;
};

async function ask(engine: EngineContext, asking: Asking): Promise<Source> {
  const { route, candidate, endpoint, meter, record, signal } = asking;
  const { deployment } = candidate;
  const dialect = dialectOf(engine, endpoint);
  const relayed = route.call.raw?.dialect === dialect.id;
  const unsigned = wireRequest(route.call, { candidate, endpoint, dialect, record });
  const { connectMs, firstByteMs, idleMs } = engine.settings.timeouts;
  const reply = await engine.transport.send({
    method: 'POST',
    url: unsigned.url,
    headers: await engine.authorize(
      { ...unsigned, ...(endpoint.auth && { auth: endpoint.auth }) },
      deployment,
    ),
    body: unsigned.body,
    signal,
    timeouts: { connectMs, firstByteMs, idleMs },
  });
  meter.status = reply.status;
  if (reply.status < 200 || reply.status > 299) throw await readFailure(dialect, reply, deployment);
  const { quirks } = deployment.provider;
  const chunks = isStream(reply, dialect)
    ? streamedChunks(reply.body, dialect, quirks)
    : wholeChunk(reply.body, dialect, quirks);
  return { chunks, relayed, headers: crossing(reply) };
}

/** The client's own dialect where the deployment speaks it, else the deployment's first. */
function endpointFor(call: Call, deployment: Deployment): DialectEndpoint {
  const own = deployment.endpoints.find(({ dialect }) => dialect === call.raw?.dialect);
  const endpoint = own ?? deployment.endpoints[0];
  if (!endpoint) throw new ConclaveError('configuration', `Deployment ${deployment.id} has no base URL.`);
  return endpoint;
}

function dialectOf(engine: EngineContext, endpoint: DialectEndpoint): Dialect {
  const dialect = engine.dialects.get(endpoint.dialect);
  if (!dialect) throw new ConclaveError('configuration', `This build cannot speak ${endpoint.dialect}.`);
  return dialect;
}

function wireRequest(
  call: Call,
  {
    candidate,
    endpoint,
    dialect,
    record,
  }: Pick<Asking, 'candidate' | 'endpoint' | 'record'> & { dialect: Dialect },
): UnsignedRequest {
  const { model, deployment } = candidate;
  const target = {
    model: model.name,
    quirks: deployment.provider.quirks,
    stream: call.request.stream,
    capabilities: model.capabilities,
    ...(model.maxOutputTokens !== undefined && { maxOutputTokens: model.maxOutputTokens }),
    ...(model.contextWindow !== undefined && { contextWindow: model.contextWindow }),
  };
  const headers = { ...deployment.provider.headers, ...deployment.headers };
  if (call.raw?.dialect === dialect.id) {
    const relay = dialect.relayRequest(call.raw.body, call.request, target);
    warnOnce(record, relay.warnings);
    return {
      url: endpoint.baseUrl + relay.path,
      headers: { ...call.raw.headers, ...headers, ...relay.headers, 'content-type': 'application/json' },
      body: spliceMembers(call.raw.bytes, relay.edits),
    };
  }
  const written = dialect.writeRequest(call.request, target);
  warnOnce(record, written.warnings);
  return {
    url: endpoint.baseUrl + written.path,
    headers: { ...headers, ...written.headers, 'content-type': 'application/json' },
    body: JSON.stringify(written.body),
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
  const body = await readAll(reply.body, maxErrorBytes).catch(() => new Uint8Array(0));
  return dialect.readError({
    status: reply.status,
    headers: reply.headers,
    body,
    provider: deployment.provider.id,
  });
}

function isStream(reply: IncomingReply, dialect: Dialect): boolean {
  const type = String(reply.headers['content-type'] ?? '');
  return type.startsWith(dialect.streamContentType.split(';')[0] ?? '');
}

function crossing(reply: IncomingReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name in reply.headers) {
    const value = reply.headers[name];
    if (typeof value === 'string' && crossingHeaders.test(name)) headers[name] = value;
  }
  return headers;
}

/** An abort explains itself by its reason, whatever the transport made of it. */
function ownError(thrown: unknown, signal: AbortSignal): ConclaveError {
  return asConclaveError(signal.aborted ? signal.reason : thrown);
}

/** Failures that say something about the call and nothing about the deployment. */
const callersDoing: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'shutting_down',
  'invalid_request',
  'unsupported',
  'context_too_long',
  'content_filtered',
  'request_too_large',
]);

function noteFailure(engine: EngineContext, deployment: Deployment, error: ConclaveError): void {
  if (callersDoing.has(error.code)) engine.health.released(deployment.id);
  else engine.health.failed(deployment.id, error);
}
