import { join, matchesGlob, relative, sep } from 'node:path';
import { isInside } from './roots.ts';

/** True if the path contains glob characters. A file may be called like that too: look for the file first. */
export function isGlob(path: string): boolean {
  return globCharacters.test(path);
}

/** Splits `src/*.ts` into the folder `src` and the glob `*.ts`. */
export function splitGlob(path: string): { folder: string; glob: string } {
  const segments = path.split('/');
  const first = segments.findIndex(isGlob);
  const folder = segments.slice(0, first).join('/');
  return {
    folder: folder === '' ? (path.startsWith('/') ? '/' : '.') : folder,
    glob: join(...segments.slice(first)),
  };
}

/** True if a path below the folder matches a glob that is relative to it. */
export function matchesBelow(folder: string, glob: string, path: string): boolean {
  return isInside(folder, path) && matchesGlob(relative(folder, path).split(sep).join('/'), glob);
}

const globCharacters = /[*?[{]/;
