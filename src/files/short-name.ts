/** Returns the beginning of a file's name or glob that is too long to be shown whole. */
export function shortName(name: string): string {
  return name.length > longest ? `${name.slice(0, longest)}…` : name;
}

const longest = 200;
