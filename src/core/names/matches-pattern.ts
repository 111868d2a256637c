/**
 * Returns whether `pattern` matches the whole id; each `*` stands for any part of it, even none: `openai/*`, `*haiku*`.
 */
export function matchesPattern(id: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return id === pattern;
  const [head, rest] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (!id.startsWith(head)) return false;
  let at = head.length;
  // The text between two stars can be matched at its first occurrence: the next star covers the rest.
  let from = 0;
  for (let next = rest.indexOf('*'); next >= 0; next = rest.indexOf('*', from)) {
    const part = rest.slice(from, next);
    const found = id.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
    from = next + 1;
  }
  const tail = from === 0 ? rest : rest.slice(from);
  return id.length >= at + tail.length && id.endsWith(tail);
}

/** Returns whether one of the patterns matches. */
export function matchesAny(id: string, patterns: readonly string[]): boolean {
  for (const pattern of patterns) if (matchesPattern(id, pattern)) return true;
  return false;
}
