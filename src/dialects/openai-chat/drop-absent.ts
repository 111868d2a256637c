/** Without the members that are `undefined`, so that requests compare and serialise as they were meant. */
export function dropAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const present: Partial<T> = {};
  for (const name in value) if (value[name] !== undefined) present[name] = value[name];
  // Every member that is left is defined, and optional in the type that the callers return.
  return present as { [K in keyof T]: Exclude<T[K], undefined> };
}
