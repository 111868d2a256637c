import { nearestNames } from './nearest-names.ts';

/** A longer list would bury the message. */
const maxListed = 30;

/**
 * Returns the end of a message about an unknown name: `did you mean "a" or "b"?` if known names are near it, else
 * `otherwise`. Default of `otherwise`: the known names, as `known: a, b, c`.
 */
export function didYouMean(
  wanted: string,
  known: Iterable<string>,
  { otherwise, most = 3 }: { readonly otherwise?: string; readonly most?: number } = {},
): string {
  const names = [...known];
  const near = nearestNames(wanted, names, most);
  return near.length > 0 ? suggestion(near) : (otherwise ?? `known: ${listed(names)}`);
}

/** Asks whether one of these names was meant, as in `did you mean "a" or "b"?`. */
export function suggestion(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const [last = '', ...before] = quoted.toReversed();
  return `did you mean ${before.length > 0 ? `${before.toReversed().join(', ')} or ${last}` : last}?`;
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return names.length > maxListed ? `${names.slice(0, maxListed).join(', ')} …` : names.join(', ');
}
