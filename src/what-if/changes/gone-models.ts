import { ConclaveError } from '../../core/errors.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { Change } from '../../core/routing/what-if.ts';

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

/** Returns notes about models that a change also covers, but that are no longer configured. */
export function goneNotes({ without = [], prices = [] }: Change, gone: readonly string[]): string[] {
  const named = [
    ...without.map((name) => ({ what: `--without ${name}`, name })),
    ...prices.map((text) => ({ what: `--price ${text}`, name: text.slice(0, text.lastIndexOf('=')) })),
  ];
  return named.flatMap(({ what, name }) => {
    const meant = goneBy(name, gone);
    if (meant.length === 0) return [];
    return `${what} also matches ${meant.join(', ')}, no longer configured: their calls are left out.`;
  });
}
