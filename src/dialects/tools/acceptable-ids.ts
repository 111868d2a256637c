import { numberedNames } from '../../core/names/numbered-names.ts';

/** Room for the number that an id gets if it would be the same as another. */
const longestNumber = '_9999999'.length;

/**
 * Returns a function that maps tool-call ids to ids that every provider accepts: `a-z A-Z 0-9 _ -`, at most `longest`
 * characters. The same id always maps to the same result, and two different ids never do.
 */
export function acceptableIds(longest = 256): (id: string) => string {
  const chosen = new Map<string, string>();
  const taken = new Set<string>();
  const numbered = numberedNames(taken);
  return (id) => {
    const before = chosen.get(id);
    if (before !== undefined) return before;
    const base = id.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, longest) || 'call';
    const unique = taken.has(base) ? numbered(base.slice(0, longest - longestNumber)) : base;
    taken.add(unique);
    chosen.set(id, unique);
    return unique;
  };
}
