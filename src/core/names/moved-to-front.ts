/** Returns the list with one of its members first, and the others in their order. */
export function movedToFront<Item>(leader: Item, list: readonly Item[]): Item[] {
  const led = [...list];
  led.copyWithin(1, 0, list.indexOf(leader));
  led[0] = leader;
  return led;
}
