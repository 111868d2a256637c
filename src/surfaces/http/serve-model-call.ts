import type { App } from '../../app.ts';
import type { Call, Principal, RawRequest, Reply } from '../../core/call.ts';
import { readTraceContext } from '../../core/telemetry/call-tracer.ts';
import { clientHeaders } from '../../core/wire/client-headers.ts';
import { collectReply } from '../../core/wire/collected-reply.ts';
import type { Dialect, ReplyContext, ReplyWriter } from '../../core/wire/dialect.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { forEachItem } from '../../core/streams/ready-iterator.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { bodyControls, type BodyControls } from './body-controls.ts';
import { callerKeys } from './caller-keys.ts';
import { callControls, wantsDryRun, wantsVerification } from './call-controls.ts';
import { costInBody, costInStream } from './cost-in-usage.ts';
import { dryRunReply } from './dry-run.ts';
import { answerError } from './error-reply.ts';
import type { HttpExchange } from '../../core/wire/http-exchange.ts';
import { headHeaders, receiptHeaders } from './reply-headers.ts';
import { sendNamedJson } from './send-json.ts';
import { verifiedAnswer, type WholeAnswer } from './verified-answer.ts';

/** An idle stream sends a ping after two to three ticks, so that no proxy considers it dead. */
const pingTickMs = 5_000;
const silentTicks = 2;

/** Serves one model call over HTTP: reads the request, runs it and writes the reply. */
export async function serveModelCall(
  app: App,
  exchange: HttpExchange,
  { dialect, principal }: { readonly dialect: Dialect; readonly principal: Principal },
): Promise<void> {
  let asksForStream: ModelRequest | undefined;
  exchange.notes.keyName = principal.name;
  try {
    const body = await exchange.readJson(principal.keyId);
    const asked = bodyControls(body.value, app.models.providerNames);
    const reader = readerOf(app, dialect, body.value);
    const request = requestFrom(reader, asked);
    const dry = wantsDryRun(exchange.headers);
    if (request.stream && !dry) asksForStream = request;
    const call = callFrom(app, {
      exchange,
      principal,
      request,
      asked,
      // A request read in one dialect and answered in another cannot be relayed.
      ...(reader === dialect && {
        raw: {
          dialect: dialect.id,
          bytes: body.bytes,
          body: body.value,
          members: body.members,
          ours: asked.ours,
        },
      }),
    });
    const verification = app.calls.prepareVerification(call, { wanted: wantsVerification(exchange.headers) });
    if (dry)
      return sendNamedJson(app, exchange, dryRunReply(await app.engine.preview(call), verification.need));
    const reply = await app.engine.run(call);
    exchange.notes.requestId = reply.head.requestId;
    exchange.notes.model = reply.head.model;
    const answering: Answering = { dialect, request, reply, withCost: asked.includeCost };
    if (request.stream) await streamReply(exchange, answering);
    else await wholeReply(exchange, answering, (answer) => verifiedAnswer(verification, dialect, answer));
  } catch (thrown) {
    answerError(app, exchange, { thrown, dialect, asksForStream });
  }
}

/** Cursor sends Responses requests to the chat path for models that it knows, and expects a chat reply. */
function readerOf({ wire: { dialects } }: Pick<App, 'wire'>, dialect: Dialect, body: JsonObject): Dialect {
  if (dialect !== dialects.get('openai-chat')) return dialect;
  const inOthersWords = body.input !== undefined && body.messages === undefined;
  return (inOthersWords && dialects.get('openai-responses')) || dialect;
}

/** The cost is a field of the usage, so a client that wants the cost gets the usage too. */
function requestFrom(dialect: Dialect, { body, includeCost }: BodyControls): ModelRequest {
  const request = dialect.readRequest(body);
  return includeCost && request.stream ? { ...request, includeUsage: true } : request;
}

type Arrived = {
  readonly asked: BodyControls;
  readonly exchange: HttpExchange;
  readonly principal: Principal;
  readonly request: ModelRequest;
  readonly raw?: Omit<RawRequest, 'headers'>;
};

function callFrom(app: App, { exchange, principal, request, raw, asked }: Arrived): Call {
  const controls = callControls(exchange.headers, app.models.policyNames);
  const keys = callerKeys(exchange.headers, app.models.providerNames);
  const traceContext = readTraceContext(exchange.headers['traceparent'], exchange.headers['tracestate']);
  const headers: Record<string, string> = {};
  for (const name of clientHeaders) {
    const value = exchange.headers[name];
    if (typeof value === 'string') headers[name] = value;
  }
  return {
    ...controls,
    strict: controls.strict || asked.requireParameters,
    ...(keys && { callerKeys: keys }),
    ...(asked.models && { models: asked.models }),
    ...(asked.providerPreferences && { providerPreferences: asked.providerPreferences }),
    tags: [...(principal.tags ?? []), ...controls.tags],
    request: request.model === '' ? { ...request, model: app.config.routing.default } : request,
    ...(raw && { raw: { ...raw, headers } }),
    principal,
    surface: 'http',
    signal: exchange.signal,
    traceId: traceContext?.traceId ?? app.newId('trace'),
    ...(traceContext && { traceContext }),
  };
}

type Answering = {
  readonly dialect: Dialect;
  readonly request: ModelRequest;
  readonly reply: Reply;
  /** Add the cost to the usage. */
  readonly withCost: boolean;
};

async function wholeReply(
  exchange: HttpExchange,
  answering: Answering,
  verified: (answer: WholeAnswer) => Promise<WholeAnswer>,
): Promise<void> {
  const { dialect, request, reply, withCost } = answering;
  const written = await wholeBody(dialect, request, reply);
  const { body, receipt } = await verified({ body: written, receipt: await reply.settled });
  if (receipt.errorCode) exchange.notes.errorCode = receipt.errorCode;
  exchange.send({
    // A relayed reply that broke off after its head becomes an error body; the state shows it.
    status: receipt.state === 'ok' ? 200 : (receipt.errorStatus ?? 502),
    headers: { 'content-type': 'application/json', ...receiptHeaders(reply.head, receipt, dialect) },
    body: withCost ? costInBody(body, receipt) : body,
  });
}

async function wholeBody(
  dialect: Dialect,
  request: ModelRequest,
  reply: Reply,
): Promise<Uint8Array | string> {
  if (reply.kind === 'parts') {
    const collected = await collectReply(reply.parts);
    return JSON.stringify(dialect.writeReply(collected, contextOf(request, reply)));
  }
  const pieces: Uint8Array[] = [];
  await forEachItem(reply.bytes, (piece) => void pieces.push(piece));
  const [only] = pieces;
  return only && pieces.length === 1 ? only : Buffer.concat(pieces);
}

async function streamReply(exchange: HttpExchange, answering: Answering): Promise<void> {
  const { dialect, request, reply, withCost } = answering;
  const writer = dialect.replyWriter(contextOf(request, reply));
  exchange.writeHead(200, {
    'content-type': dialect.streamContentType,
    'cache-control': 'no-cache',
    // Stops nginx from buffering the stream.
    'x-accel-buffering': 'no',
    ...headHeaders(reply.head, dialect),
  });
  // A disconnected client is noticed on the next real write.
  const ping = () => void exchange.write(writer.ping())?.catch(() => undefined);
  // Proxies also time out the silence before the first piece.
  if (reply.kind === 'parts' && reply.waiting) ping();
  let silence = 0;
  const pings = setInterval(() => {
    silence += 1;
    if (silence <= silentTicks) return;
    silence = 0;
    ping();
  }, pingTickMs);
  try {
    const write = (piece: Uint8Array | string) => {
      silence = 0;
      return piece.length === 0 ? undefined : exchange.write(piece);
    };
    if (withCost) await forEachItem(costInStream(written(reply, writer), reply.settled), write);
    else if (reply.kind === 'relay') await forEachItem(reply.bytes, write);
    else await forEachItem(reply.parts, (parts) => write(writer.push(parts)));
  } finally {
    clearInterval(pings);
  }
  await exchange.end();
  // After the head, an error reaches the client only as the last event.
  const { errorCode } = await reply.settled;
  if (errorCode) exchange.notes.errorCode = errorCode;
}

async function* written(reply: Reply, writer: ReplyWriter): AsyncGenerator<Uint8Array | string> {
  if (reply.kind === 'relay') yield* reply.bytes;
  else for await (const parts of reply.parts) yield writer.push(parts);
}

function contextOf(request: ModelRequest, reply: Reply): ReplyContext {
  const { requestId: id, model } = reply.head;
  const promptEstimate = reply.kind === 'parts' ? reply.promptEstimate : undefined;
  return { id, model, createdAt: Date.now(), request, ...(promptEstimate && { promptEstimate }) };
}
