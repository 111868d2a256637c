import type { ConclaveError } from '../../core/errors.ts';
import type { ErrorReply } from '../../core/wire/http-exchange.ts';

/** Formats an error with the fields of both OpenAI and Anthropic in one object. */
export function plainError(error: ConclaveError): ErrorReply {
  const { code, message, status, details } = error;
  const type = status < 500 ? 'invalid_request_error' : 'api_error';
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'error', error: { type, message, param: details.param ?? null, code } }),
  };
}
