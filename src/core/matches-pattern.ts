/** True where `pattern` equals the id or its `*` stands for the rest. */
export function matchesPattern(id: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return id === pattern;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return id.length >= head.length + tail.length && id.startsWith(head) && id.endsWith(tail);
}
