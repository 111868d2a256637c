import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { WireTarget } from '../../core/wire/dialect.ts';
import { knownName } from './known-name.ts';

/** Returns what a quirk says of the model; its keys are patterns of model names, and the first match counts. */
export function modelEntry<Entry>(
  entries: Readonly<Record<string, Entry>> | undefined,
  target: Pick<WireTarget, 'model' | 'knownAs'>,
): Entry | undefined {
  if (entries === undefined) return undefined;
  const name = knownName(target);
  return Object.entries(entries).find(([pattern]) => matchesPattern(name, pattern))?.[1];
}
