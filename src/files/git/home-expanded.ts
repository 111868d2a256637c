/** Returns a path of git's configuration with `~/` as git expands it. The rest is not normalized. */
export function homeExpanded(path: string): string {
  const { HOME: home } = process.env;
  return home !== undefined && path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}
