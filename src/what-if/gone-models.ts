import { ConclaveError } from '../core/errors.ts';
import { matchesPattern } from '../core/names/matches-pattern.ts';
import type { Change } from '../core/routing/what-if.ts';

/** Which of the models that are no longer configured a name means: their provider's, or a pattern of ids. */
export function goneBy(name: string, gone: readonly string[]): string[] {
  return gone.filter((id) => id.startsWith(`${name}/`) || matchesPattern(id, name));
}

/** @throws ConclaveError `invalid_request` where a change means such models alone. */
export function refuseGone(what: string, gone: readonly string[]): void {
  if (gone.length === 0) return;
  throw new ConclaveError(
    'invalid_request',
    `${what} means only models that are no longer configured (${gone.join(', ')}); their calls are left out.`,
  );
}

/** What a change would also mean, if it were there. */
export function goneNotes({ without = [], prices = [] }: Change, gone: readonly string[]): string[] {
  const named = [
    ...without.map((name) => ({ what: `--without ${name}`, name })),
    ...prices.map((text) => ({ what: `--price ${text}`, name: text.slice(0, text.lastIndexOf('=')) })),
  ];
  return named.flatMap(({ what, name }) => {
    const meant = goneBy(name, gone);
    if (meant.length === 0) return [];
    return `${what} also means ${meant.join(', ')}, no longer configured: their calls are left out.`;
  });
}
