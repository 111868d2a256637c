import type { ErrorCode } from '../../../core/errors.ts';

/**
 * Codes of a failed response that clients act on. OpenAI sends `context_length_exceeded` and `insufficient_quota`
 * although its specification lists neither. Codex handles each in its `codex-rs/codex-api/src/sse/responses.rs`.
 */
const codes: Partial<Record<ErrorCode, string>> = {
  context_too_long: 'context_length_exceeded',
  provider_quota: 'insufficient_quota',
  rate_limited: 'rate_limit_exceeded',
  provider_rate_limited: 'rate_limit_exceeded',
  invalid_request: 'invalid_prompt',
  unsupported: 'invalid_prompt',
  content_filtered: 'invalid_prompt',
};

/** Returns the code of a failed response, of the few that OpenAI has for it. */
export function failedCode(code: ErrorCode): string {
  return codes[code] ?? 'server_error';
}
