import { join, matchesGlob, relative, sep } from 'node:path';
import { ConclaveError } from '../core/errors.ts';
import type { MatchingTime } from './matching-time.ts';
import { isQuickGlob } from './quick-glob.ts';
import { isInside } from './roots.ts';
import { shortName } from './short-name.ts';

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

/** In characters: Node's matcher takes none that is longer. */
const longestGlob = 65_536;

/** Many times what matching a usual glob takes. */
const perItemMs = 0.02;

/**
 * Returns the paths below the folder that match a glob that is relative to it.
 * @throws ConclaveError `invalid_request` if no time is left, or the glob is too long or too large to compile.
 */
export async function matchingBelow(
  folder: string,
  glob: string,
  { paths, time }: { readonly paths: readonly string[]; readonly time: MatchingTime },
): Promise<ReadonlySet<string>> {
  if (glob.length > longestGlob) throw tooLong(glob);
  if (!isQuickGlob(glob)) throw tooLarge(glob);
  const below = paths.filter((path) => isInside(folder, path));
  if (below.length === 0) return new Set();
  // The first call loads Node's matcher, which must not be stopped halfway.
  matchesGlob('', '');
  return await time.select(
    below,
    { what: () => `the glob ${quoted(glob)}`, param: 'files', perItemMs },
    (path) => matchesGlob(relative(folder, path).split(sep).join('/'), glob),
  );
}

function tooLong(glob: string): ConclaveError {
  const message = `Matching the glob ${quoted(glob)} is not possible: it has more than ${longestGlob.toLocaleString('en')} characters.`;
  return new ConclaveError('invalid_request', message, { param: 'files' });
}

function tooLarge(glob: string): ConclaveError {
  const message = `The glob ${quoted(glob)} takes too long to compile; use fewer groups such as !(a|b), alternatives in them and classes such as [:alpha:].`;
  return new ConclaveError('invalid_request', message, { param: 'files' });
}

function quoted(glob: string): string {
  return JSON.stringify(shortName(glob));
}

const globCharacters = /[*?[{]/;
