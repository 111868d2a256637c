/** Longer than any model's name: a longer text was pasted by mistake. */
export const longestName = 256;

/** Shortens a name from a caller for errors, ledger and spans, so that callers cannot choose their size. */
export function shownName(name: string): string {
  return name.length > longestName ? `${name.slice(0, 40)}…` : name;
}
