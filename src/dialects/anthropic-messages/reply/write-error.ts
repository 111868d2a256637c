import type { ConclaveError } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';

/** Anthropic's error type for each status. */
const types: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** Writes Conclave's error in Anthropic's format. */
export function writeError(error: ConclaveError): { status: number; body: JsonObject } {
  return { status: error.status, body: errorBody(error) };
}

/** Writes an error as the body of a failed reply, which is also the data of a stream's `error` event. */
export function errorBody(error: ConclaveError): JsonObject {
  const { status, details } = error;
  const type = types[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return {
    type: 'error',
    error: { type, message: messageOf(error) },
    ...(details.requestId !== undefined && { request_id: details.requestId }),
  };
}

/** Claude Code compacts its conversation and continues if the message begins like this. */
function messageOf({ code, message }: ConclaveError): string {
  if (code !== 'context_too_long' || /^prompt is too long/i.test(message)) return message;
  return `prompt is too long: ${message}`;
}
