import type { ErrorCode } from '../core/errors.ts';
import { accountFailure } from './account-failure.ts';

/**
 * Returns the end of an error's message: what the provider says, after a colon, or nothing. A message about a rejected key
 * may quote a part of the key, so only its known words are shown.
 */
export function failureDetail(code: ErrorCode, message: string): string {
  const shown = code === 'provider_auth' ? accountFailure(code, message)?.words : message.slice(0, 1000);
  return shown ? `: ${shown}` : '';
}
