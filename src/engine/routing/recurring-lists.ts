import type { Candidate } from '../../core/provider.ts';

/** Calls that rule the same candidates out come in turns of a few kinds. */
const mostLists = 4;

/**
 * Gives candidates that were listed lately the list that they came in then: what rankings remember of a list, they know
 * it by. One for every list that they are sifted from.
 */
export function recurringLists(): (list: readonly Candidate[]) => readonly Candidate[] {
  const lately: (readonly Candidate[])[] = [];
  let oldest = 0;
  return (list) => {
    for (const known of lately) if (areSame(known, list)) return known;
    lately[oldest] = list;
    oldest = (oldest + 1) % mostLists;
    return list;
  };
}

function areSame(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
