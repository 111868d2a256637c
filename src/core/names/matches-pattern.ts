/** True where `pattern` equals the id, each `*` standing for any part of it, even none: `openai/*`, `*haiku*`. */
export function matchesPattern(id: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return id === pattern;
  const [head, rest] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (!id.startsWith(head)) return false;
  let at = head.length;
  // What stands between two stars may as well be found at its first place: the next star takes what is left out.
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

/** True where one of the patterns matches. */
export function matchesAny(id: string, patterns: readonly string[]): boolean {
  for (const pattern of patterns) if (matchesPattern(id, pattern)) return true;
  return false;
}
