import type { ErrorCode } from '../../core/errors.ts';
import type { AccountFailure } from './account-failure.ts';

/**
 * Returns the end of an error's message: what the provider says, after a colon, or nothing. A message about a rejected key
 * may quote a part of the key, so only its known words are shown.
 */
export function failureDetail(code: ErrorCode, message: string, account?: AccountFailure): string {
  const shown = account?.shown ?? (code === 'provider_auth' ? '' : message);
  return shown === '' ? '' : `: ${shown.slice(0, 1000)}`;
}
