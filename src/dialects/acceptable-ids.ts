/**
 * Returns a function that maps tool-call ids to ids that every provider accepts: `a-z A-Z 0-9 _ -`, at most `longest`
 * characters. The same id always maps to the same result, and two different ids never do.
 */
export function acceptableIds(longest = 256): (id: string) => string {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  return (id) => {
    const before = chosen.get(id);
    if (before !== undefined) return before;
    const base = id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, longest) || 'call';
    let unique = base;
    for (let turn = 2; taken.has(unique); turn += 1) {
      unique = `${base.slice(0, longest - String(turn).length - 1)}_${turn}`;
    }
    taken.add(unique);
    chosen.set(id, unique);
    return unique;
  };
}
