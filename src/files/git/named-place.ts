import { isAbsolute } from 'node:path';

/** Where a name leads from a folder, as git reads it: not normalized, as `..` after a link is above what it leads to. */
export function namedPlace(folder: string, name: string): string {
  return isAbsolute(name) ? name : `${folder}/${name}`;
}
