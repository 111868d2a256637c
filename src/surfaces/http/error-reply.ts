import type { Dialect } from '../../core/wire/dialect.ts';
import type { App } from '../../app.ts';
import { asConclaveError, withRequestId, type ConclaveError } from '../../core/errors.ts';
import type { ErrorReply, HttpExchange, WholeReply } from '../../core/wire/http-exchange.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { nameHeaders } from './reply-headers.ts';

/** Replies with the error that was thrown, and records it for the log and the exchange's notes. */
export function answerError(app: Pick<App, 'newId' | 'log'>, exchange: HttpExchange, failed: Failed): void {
  const error = namedError(app, failed.thrown);
  exchange.notes.errorCode = error.code;
  exchange.notes.requestId = error.details.requestId;
  if (error.details.toOperator) exchange.notes.reason = error.toOperator;
  if (error.code === 'internal') app.log.error({ error: error.cause, path: exchange.path }, error.message);
  const { dialect, asksForStream } = failed;
  // After the head, only the stream itself could carry an error, and it already does.
  if (exchange.headSent) exchange.destroy();
  else if (asksForStream) exchange.send(streamErrorReply(error, dialect, asksForStream));
  else exchange.send(errorReply(error, dialect));
}

type Failed = {
  readonly thrown: unknown;
  /** The client's dialect. */
  readonly dialect: Dialect;
  /** The request, if it asked for a stream. */
  readonly asksForStream?: ModelRequest | undefined;
};

/** Returns the thrown error with the request id of its call or, if there was no call, a new id for the log line. */
export function namedError(app: Pick<App, 'newId'>, thrown: unknown): ConclaveError {
  const error = asConclaveError(thrown);
  return error.details.requestId === undefined ? withRequestId(error, app.newId('req')) : error;
}

/** Builds an error reply in the client's dialect, with headers that make its retry logic do the right thing. */
export function errorReply(error: ConclaveError, dialect: Dialect): ErrorReply {
  const { status, body } = dialect.writeError(error);
  return {
    status,
    headers: { 'content-type': 'application/json', ...errorHeaders(error, dialect) },
    body: JSON.stringify(body),
  };
}

/** Builds an error reply to a streaming request: some dialects report some errors in a stream. */
function streamErrorReply(error: ConclaveError, dialect: Dialect, request: ModelRequest): WholeReply {
  if (dialect.reportsInStream?.(error) !== true) return errorReply(error, dialect);
  const id = error.details.requestId ?? '';
  const writer = dialect.replyWriter({ id, model: request.model, createdAt: Date.now(), request });
  return {
    status: 200,
    headers: { 'content-type': dialect.streamContentType, ...errorHeaders(error, dialect) },
    body: writer.push([{ type: 'error', error }]),
  };
}

function errorHeaders({ code, details }: ConclaveError, dialect: Dialect): Record<string, string> {
  const { retryAfterMs, requestId, allow, requests = 0 } = details;
  return {
    ...(allow && { allow }),
    ...(requestId && nameHeaders(requestId, dialect)),
    ...(requests > 0 && { 'x-conclave-attempts': String(requests) }),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
    }),
    // The official clients retry every 429. Without a retry time, neither a spent budget nor a call larger than a rate
    // limit can succeed later, so a retry is pointless.
    ...((code === 'budget_exceeded' || code === 'rate_limited') &&
      retryAfterMs === undefined && { 'x-should-retry': 'false' }),
  };
}
