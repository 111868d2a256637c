import { ConclaveError } from '../../core/errors.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';

/** Returns the models, among those no longer configured, that a name covers: a provider or a pattern of ids. */
export function goneBy(name: string, gone: readonly string[]): string[] {
  return gone.filter((id) => id.startsWith(`${name}/`) || matchesPattern(id, name));
}

/**
 * Throws if a change covers only models that are no longer configured.
 * @throws ConclaveError `invalid_request`
 */
export function refuseGone(what: string, gone: readonly string[]): void {
  if (gone.length === 0) return;
  throw new ConclaveError(
    'invalid_request',
    `${what} matches only models that are no longer configured (${gone.join(', ')}); their calls are left out.`,
  );
}
