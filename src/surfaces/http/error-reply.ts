import type { Dialect } from '../../core/dialect.ts';
import type { App } from '../../app.ts';
import { asConclaveError, withRequestId, type ConclaveError } from '../../core/errors.ts';
import type { WholeReply } from '../../core/http-exchange.ts';
import { nameHeaders } from './reply-headers.ts';

export type ErrorReply = WholeReply & { readonly body: string };

/** What was thrown, with the id of its call or, where there never was one, a new one: that stands in the log's line. */
export function namedError(app: Pick<App, 'newId'>, thrown: unknown): ConclaveError {
  const error = asConclaveError(thrown);
  return error.details.requestId === undefined ? withRequestId(error, app.newId('req')) : error;
}

/** An error in the shape of the client's own dialect, with what tells its retry logic the truth. */
export function errorReply(error: ConclaveError, dialect: Dialect): ErrorReply {
  const { status, body } = dialect.writeError(error);
  const { retryAfterMs, requestId, allow, attempts } = error.details;
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(allow && { allow }),
      ...(requestId && nameHeaders(requestId, dialect)),
      ...(attempts && { 'x-conclave-attempts': String(attempts.length) }),
      ...(retryAfterMs !== undefined && {
        'retry-after': String(Math.max(1, Math.ceil(retryAfterMs / 1000))),
      }),
      // The official clients retry every 429; a spent budget will not come back by asking again.
      ...(error.code === 'budget_exceeded' && retryAfterMs === undefined && { 'x-should-retry': 'false' }),
    },
    body: JSON.stringify(body),
  };
}
