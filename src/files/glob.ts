import { join, matchesGlob, relative, sep } from 'node:path';
import { matchingTime, type MatchingTime } from './matching-time.ts';
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

/** The CPU time for all globs of one call; many times what matching a usual glob takes. */
export function globTime(): MatchingTime {
  return matchingTime(0.02);
}

/**
 * Returns the paths below the folder that match a glob that is relative to it.
 * @throws ConclaveError `invalid_request` if `within` has no time left.
 */
export function matchingBelow(
  folder: string,
  glob: string,
  { paths, within }: { readonly paths: readonly string[]; readonly within: MatchingTime },
): ReadonlySet<string> {
  const below = paths.filter((path) => isInside(folder, path));
  if (below.length === 0) return new Set();
  // The first call loads Node's matcher, which must not be stopped halfway.
  matchesGlob('', '');
  return within(
    { what: `the glob ${shortened(glob)}`, paths: below.length, param: 'files' },
    () => new Set(below.filter((path) => matchesGlob(relative(folder, path).split(sep).join('/'), glob))),
  );
}

function shortened(glob: string): string {
  return JSON.stringify(glob.length > 100 ? `${glob.slice(0, 100)}…` : glob);
}

const globCharacters = /[*?[{]/;
