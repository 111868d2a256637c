import type { Candidate } from '../../../../core/deployment.ts';

/** Calls that rule out the same candidates come in a few recurring kinds. */
const maxLists = 4;

/**
 * Returns the recent list with the same candidates, if there is one: rankings cache what they know by list identity.
 * Create one for every list that candidates are filtered from.
 */
export function recurringLists(): (list: readonly Candidate[]) => readonly Candidate[] {
  const lately: (readonly Candidate[])[] = [];
  let oldest = 0;
  return (list) => {
    for (const known of lately) if (areSame(known, list)) return known;
    lately[oldest] = list;
    oldest = (oldest + 1) % maxLists;
    return list;
  };
}

function areSame(a: readonly Candidate[], b: readonly Candidate[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
