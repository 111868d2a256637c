import type { RequestDraft } from './draft.ts';

/**
 * Warns, using the client's name for the field, that the end user's id is not sent to a provider that has no field for
 * it.
 */
export function warnOfUser({ request, warnings }: RequestDraft, provider: string): void {
  const { user, origin } = request;
  if (user === undefined) return;
  const name = origin === 'anthropic-messages' ? 'metadata.user_id' : 'user';
  warnings.push(`"${name}" was left out: ${provider} does not support it.`);
}
