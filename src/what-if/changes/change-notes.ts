import { shownNames } from '../../core/names/shown-names.ts';
import type { Change } from '../../core/routing/what-if.ts';
import type { World } from '../world/world.ts';
import { goneBy } from './gone-models.ts';

/** Of models in a note. */
const maxNamed = 5;

/** Returns notes on what a change does not affect, and on guesses that decide. */
export function changeNotes(change: Change, world: World, gone: readonly string[]): string[] {
  return [...goneNotes(change, gone), ...waitNotes(change, world)];
}

/** Models that a change also covers, but that are no longer configured. */
function goneNotes({ without = [], prices = [] }: Change, gone: readonly string[]): string[] {
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

/** Policies that rank by waits. */
const byWaits: ReadonlySet<string> = new Set(['latency', 'weighted']);

/** A guess that decides is mentioned. */
function waitNotes({ policy = '' }: Change, { candidates, stats }: World): string[] {
  if (!byWaits.has(policy)) return [];
  const guessed = candidates.filter(({ deployment }) => stats.of(deployment).firstByteMs === undefined);
  const ids = [...new Set(guessed.map(({ model }) => model.id))];
  if (ids.length === 0) return [];
  return [
    `--policy ${policy}: these calls have no measured wait for ${shownNames(ids, maxNamed)}, so the usual wait of the tier is assumed.`,
  ];
}
