import type { ErrorCode } from '../errors.ts';

/**
 * Returns what the HTTP status of a provider's failed reply means. `named` is the meaning of the provider's own error
 * code, if it has one.
 */
export function codeOfStatus(status: number, named?: ErrorCode): ErrorCode {
  switch (status) {
    case 401:
      return 'provider_auth';
    case 402:
      // Some of a balance is held for requests that are still running (OpenRouter).
      return named === 'provider_rate_limited' ? named : 'provider_quota';
    case 403:
      // A prompt that moderation rejects concerns only that prompt; an empty account, every model (Moonshot).
      return named === 'content_filtered' || named === 'provider_quota' ? named : 'provider_forbidden';
    case 404:
      return named ?? 'model_not_found';
    case 408:
      return 'provider_timeout';
    // 409 conflict, 423 lock, 424 failed dependency (text-generation-inference), 425 too early, 499 a proxy whose own
    // client disconnected.
    case 409:
    case 423:
    case 424:
    case 425:
    case 499:
      return named ?? 'provider_error';
    case 413:
      return 'context_too_long';
    case 429:
      // Also of an account that is empty, or locked (Zhipu).
      return named === 'provider_quota' || named === 'provider_auth' ? named : 'provider_rate_limited';
    case 503:
    case 529:
      return 'provider_overloaded';
    case 504:
      return 'provider_timeout';
    default:
      if (status >= 500) return named === 'provider_overloaded' ? named : 'provider_error';
      return named ?? 'invalid_request';
  }
}
