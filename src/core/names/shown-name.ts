/** Longer than any model's name: beyond it somebody has pasted something else. */
export const longestName = 256;

/** What a caller named, as it stands in errors, books and spans: their size is not the caller's to choose. */
export function shownName(name: string): string {
  return name.length > longestName ? `${name.slice(0, 40)}…` : name;
}
