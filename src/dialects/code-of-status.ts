import type { ErrorCode } from '../core/errors.ts';

/** What the HTTP status of a provider's failed reply means; `named` is what its own code says, where it has one. */
export function codeOfStatus(status: number, named?: ErrorCode): ErrorCode {
  switch (status) {
    case 401:
      return 'provider_auth';
    case 402:
      return 'provider_quota';
    case 403:
      return 'provider_forbidden';
    case 404:
      return named ?? 'model_not_found';
    case 408:
      return 'provider_timeout';
    case 413:
      return 'context_too_long';
    case 429:
      return named === 'provider_quota' ? named : 'provider_rate_limited';
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
