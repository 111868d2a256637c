/** Under this name stand all keys that have no place of their own. */
const everybodyElse = '*';

/**
 * Sees to it that a key has a place of its own among `most`: where all are taken, whoever weighs least goes to those without.
 * So who speaks now is heard for itself, and who has not spoken for long is not kept in its stead.
 */
export function makePlace<T extends { readonly weight: number }>(
  places: Map<string, T>,
  keyId: string,
  { most, joined }: { readonly most: number; readonly joined: (all: T | undefined, one: T) => T },
): void {
  const named = places.size - Number(places.has(everybodyElse));
  if (places.has(keyId) || named < most) return;
  let lightest: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [name, { weight }] of places) {
    if (name === everybodyElse || weight >= least) continue;
    lightest = name;
    least = weight;
  }
  const leaving = lightest === undefined ? undefined : places.get(lightest);
  if (lightest === undefined || leaving === undefined) return;
  places.delete(lightest);
  places.set(everybodyElse, joined(places.get(everybodyElse), leaving));
}
