import { isAbsolute } from 'node:path';

/** Where a name leads from a folder, as git reads it: not normalized, as `..` after a link is above what it leads to. */
export function namedPlace(folder: string, name: string): string {
  return isAbsolute(name) ? name : `${folder}/${name}`;
}

/** Returns a path of git's configuration with `~/` as git expands it. The rest is not normalized. */
export function homeExpanded(path: string): string {
  const { HOME: home } = process.env;
  return home !== undefined && path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}
