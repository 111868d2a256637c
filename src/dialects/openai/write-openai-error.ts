import type { ConclaveError, ErrorCode } from '../../core/errors.ts';

/** OpenAI's error object: always all four fields. */
export type OpenAiError = { message: string; type: string; param: string | null; code: string | null };

/** The codes that OpenAI's clients know. Errors without an OpenAI code keep Conclave's own. */
const codes: Partial<Record<ErrorCode, string>> = {
  authentication: 'invalid_api_key',
  context_too_long: 'context_length_exceeded',
  content_filtered: 'content_filter',
  rate_limited: 'rate_limit_exceeded',
  provider_rate_limited: 'rate_limit_exceeded',
};

/** Writes Conclave's error as OpenAI's error object. */
export function openAiError(error: ConclaveError): OpenAiError {
  return {
    message: messageOf(error),
    type: typeOf(error),
    param: error.details.param ?? null,
    code: error.details.openAiCode ?? codes[error.code] ?? error.code,
  };
}

/** Some clients, such as LangChain's, recognise a prompt that is too long only by these words in the message. */
function messageOf({ code, message }: ConclaveError): string {
  if (code !== 'context_too_long' || /context_length_exceeded|maximum context length/.test(message))
    return message;
  return `${message} (context_length_exceeded)`;
}

function typeOf({ code, status }: ConclaveError): string {
  if (code === 'budget_exceeded') return 'insufficient_quota';
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}
