/** Keeps a value as the latest of a map that holds at most `most`; beyond that the one that was kept longest ago is forgotten. */
export function rememberLatest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  // A map keeps the order in which its keys came.
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && !oldest.done) map.delete(oldest.value);
}
