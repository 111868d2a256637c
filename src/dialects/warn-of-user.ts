import type { ModelRequest } from '../core/wire/request.ts';

/** Warns, in the client's own word, that an end user is not told to a seller that cannot take one. */
export function warnOfUser({ user, origin }: ModelRequest, seller: string, warnings: string[]): void {
  if (user === undefined) return;
  const name = origin === 'anthropic-messages' ? 'metadata.user_id' : 'user';
  warnings.push(`"${name}" was left out: ${seller} has no word for it.`);
}
