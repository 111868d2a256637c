import type { Dialect } from '../../core/wire/dialect.ts';
import type { App } from '../../app.ts';
import { asConclaveError, withRequestId, type ConclaveError } from '../../core/errors.ts';
import type { HttpExchange, WholeReply } from '../../core/wire/http-exchange.ts';
import type { ModelRequest } from '../../core/wire/request.ts';
import { nameHeaders } from './reply-headers.ts';

export type ErrorReply = WholeReply & { readonly body: string };

/** Answers with what was thrown, and leaves in the exchange's notes and in the log what the operator should know. */
export function answerError(app: Pick<App, 'newId' | 'log'>, exchange: HttpExchange, failed: Failed): void {
  const error = namedError(app, failed.thrown);
  exchange.notes.errorCode = error.code;
  exchange.notes.requestId = error.details.requestId;
  if (error.details.toOperator) exchange.notes.reason = error.toOperator;
  if (error.code === 'internal') app.log.error({ error: error.cause, path: exchange.path }, error.message);
  const { dialect, asksForStream } = failed;
  // Behind the head nothing but the stream itself could carry an error, and there it already stands.
  if (exchange.headSent) exchange.destroy();
  else if (asksForStream) exchange.send(streamErrorReply(error, dialect, asksForStream));
  else exchange.send(errorReply(error, dialect));
}

type Failed = {
  readonly thrown: unknown;
  /** The client's own. */
  readonly dialect: Dialect;
  /** What was asked for as a stream, where it was. */
  readonly asksForStream?: ModelRequest | undefined;
};

/** What was thrown, with the id of its call or, where there never was one, a new one: that stands in the log's line. */
export function namedError(app: Pick<App, 'newId'>, thrown: unknown): ConclaveError {
  const error = asConclaveError(thrown);
  return error.details.requestId === undefined ? withRequestId(error, app.newId('req')) : error;
}

/** An error in the shape of the client's own dialect, with what tells its retry logic the truth. */
export function errorReply(error: ConclaveError, dialect: Dialect): ErrorReply {
  const { status, body } = dialect.writeError(error);
  return {
    status,
    headers: { 'content-type': 'application/json', ...errorHeaders(error, dialect) },
    body: JSON.stringify(body),
  };
}

/** The same where a stream was asked for: some dialects tell some errors on one. */
function streamErrorReply(error: ConclaveError, dialect: Dialect, request: ModelRequest): WholeReply {
  if (dialect.toldInStream?.(error) !== true) return errorReply(error, dialect);
  const id = error.details.requestId ?? '';
  const writer = dialect.replyWriter({ id, model: request.model, createdAt: Date.now(), request });
  return {
    status: 200,
    headers: { 'content-type': dialect.streamContentType, ...errorHeaders(error, dialect) },
    body: writer.push([{ type: 'error', error }]),
  };
}

function errorHeaders({ code, details }: ConclaveError, dialect: Dialect): Record<string, string> {
  const { retryAfterMs, requestId, allow, attempts } = details;
  return {
    ...(allow && { allow }),
    ...(requestId && nameHeaders(requestId, dialect)),
    ...(attempts && { 'x-conclave-attempts': String(attempts.length) }),
    ...(retryAfterMs !== undefined && {
      'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
    }),
    // The official clients retry every 429. Without a time neither a spent budget nor room for a call above a limit comes back.
    ...((code === 'budget_exceeded' || code === 'rate_limited') &&
      retryAfterMs === undefined && { 'x-should-retry': 'false' }),
  };
}
