/** Returns the object without the fields that are `undefined`, so that requests compare and serialise as intended. */
export function dropAbsent<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const present: Partial<T> = {};
  for (const name in value) if (value[name] !== undefined) present[name] = value[name];
  // Every remaining field is defined, and optional in the type that the callers return.
  return present as { [K in keyof T]: Exclude<T[K], undefined> };
}
