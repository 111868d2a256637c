/** Longer than names that people type: a caller's word may be megabytes long, and is compared with every name. */
const longest = 200;

/**
 * Returns up to `most` of `names` that a user who typed `wanted` may have meant, nearest first; none for more than 200
 * characters.
 */
export function nearestNames(wanted: string, names: Iterable<string>, most = 3): string[] {
  if (wanted.length > longest) return [];
  const lower = wanted.toLowerCase();
  // Two typos, but never more than half of a short name: `lob` is not `poe`.
  const tolerance = Math.max(Math.min(2, Math.floor(lower.length / 2)), Math.floor(lower.length / 3));
  return [...names]
    .map((name) => ({ name, distance: distanceTo(lower, name.toLowerCase(), tolerance) }))
    .filter(({ name, distance }) => distance <= tolerance || isOtherVersion(lower, name.toLowerCase()))
    .toSorted((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** A name that contains `wanted` counts as near, however long it is: `sonnet` means `claude-sonnet-5`. */
function distanceTo(wanted: string, name: string, tolerance: number): number {
  if (wanted.length > 2 && name.includes(wanted)) return name === wanted ? 0 : 1;
  return isFar(wanted, name, tolerance) ? Infinity : editDistance(wanted, name);
}

/** Whether the lengths alone differ by more edits than that. */
function isFar(a: string, b: string, tolerance: number): boolean {
  return Math.abs(a.length - b.length) > tolerance;
}

/** A typo before a version counts by itself: `gtp-5` means one of the `gpt-…`, whatever follows. */
function isOtherVersion(wanted: string, name: string): boolean {
  const line = /^([a-z]{3,})-?\d[\d.]*$/.exec(wanted)?.[1];
  const other = /^[a-z]{3,}(?=-|\d|$)/.exec(name)?.[0];
  if (line === undefined || other === undefined || isFar(line, other, 1)) return false;
  return editDistance(line, other) <= 1;
}

/** Levenshtein distance, one row at a time; swapping two neighbours is one edit (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeThat: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = swapped ? (beforeThat[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(change, swap, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    beforeThat = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}
