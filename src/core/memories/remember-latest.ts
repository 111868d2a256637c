/**
 * Stores a value as the latest of a map that holds at most `most`; above that, the entry stored longest ago is deleted.
 */
export function rememberLatest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  // A map keeps the order in which its keys were inserted.
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && !oldest.done) map.delete(oldest.value);
}
