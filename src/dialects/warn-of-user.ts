import type { ModelRequest } from '../core/wire/request.ts';

/**
 * Warns, using the client's name for the field, that the end user's id is not sent to a provider that has no field for
 * it.
 */
export function warnOfUser({ user, origin }: ModelRequest, provider: string, warnings: string[]): void {
  if (user === undefined) return;
  const name = origin === 'anthropic-messages' ? 'metadata.user_id' : 'user';
  warnings.push(`"${name}" was left out: ${provider} does not support it.`);
}
