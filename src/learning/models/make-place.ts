/** All keys without a place of their own share this name. */
const everybodyElse = '*';

/**
 * Gives a key its own place among `most`. If all are taken, the key with the least weight moves to the shared place. So
 * an active key is tracked individually, and an inactive one makes room for it.
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
