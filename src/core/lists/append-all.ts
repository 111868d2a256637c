/**
 * Appends items to a list, however many. Spread into the arguments of `push`, some 120,000 items throw a RangeError, and
 * lists of a request, a reply or a store may be longer.
 */
export function appendAll<Item>(list: Item[], items: Iterable<Item>): void {
  for (const item of items) list.push(item);
}
