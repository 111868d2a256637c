import type { ConclaveError, ErrorCode } from '../../core/errors.ts';

/** OpenAI's error object: always all four members. */
export type OpenAiError = { message: string; type: string; param: string | null; code: string | null };

/** The words that OpenAI's clients know. What OpenAI has no word for keeps our own code. */
const codes: Partial<Record<ErrorCode, string>> = {
  authentication: 'invalid_api_key',
  context_too_long: 'context_length_exceeded',
  content_filtered: 'content_filter',
  rate_limited: 'rate_limit_exceeded',
  provider_rate_limited: 'rate_limit_exceeded',
};

/** Our error in OpenAI's words. */
export function openAiError(error: ConclaveError): OpenAiError {
  return {
    message: messageOf(error),
    type: typeOf(error),
    param: error.details.param ?? null,
    code: error.details.openAiCode ?? codes[error.code] ?? error.code,
  };
}

/** Clients such as LangChain's know a prompt that is too long by these words in the message alone. */
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
