import { lstat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import { isGlob, matchingBelow, splitGlob } from '../glob.ts';
import { matchingTime, type MatchingTime } from '../matching-time.ts';
import { isInside, placesOf } from '../roots.ts';
import { shortName } from '../short-name.ts';
import type { Repository } from './open-repository.ts';
import { gitText, isArgument, zeroSeparated } from './run-git.ts';

/** A file, folder or glob to which the caller limits what is read. */
export type PathFilter = {
  /** As the caller wrote it. */
  readonly named: string;
  /** The file or folder that git is asked for, relative to git's working folder. */
  readonly pathspec: string;
  readonly exists: boolean;
  /**
   * Returns those of the paths, relative to the top of the repository, that are selected.
   * @throws ConclaveError `invalid_request` if the glob takes too long to match.
   */
  select(paths: readonly string[]): Promise<readonly string[]>;
};

/**
 * Reads a name as a file or a folder if there is one of this name, else as a glob. Git's own
 * globs are not used: they have no braces, and a file must match here as it does when whole files are read.
 * @throws ConclaveError `permission` outside the folder that may be read, `invalid_request` for a name that no path can
 * have.
 */
export async function pathFilter(
  repository: Repository,
  named: string,
  time: MatchingTime = matchingTime(repository.git.signal),
): Promise<PathFilter> {
  const { top, git } = repository;
  const own = await locate(repository, named);
  const isOwn = (path: string) => isInside(own.place, join(top, path));
  const pathspecOf = (place: string) => {
    const pathspec = relative(git.cwd, place) || '.';
    if (!isArgument(pathspec)) throw noPath(named);
    return pathspec;
  };
  if (own.exists || !isGlob(named)) {
    return {
      named,
      pathspec: pathspecOf(own.place),
      exists: own.exists,
      select: (paths) => Promise.resolve(paths.filter(isOwn)),
    };
  }
  const { folder, glob } = splitGlob(named);
  const start = await locate(repository, folder);
  return {
    named,
    pathspec: pathspecOf(start.place),
    exists: false,
    // A deleted file may have had a name with glob characters.
    async select(paths) {
      const places = paths.map((path) => join(top, path));
      const matching = await matchingBelow(start.place, glob, { paths: places, time });
      return paths.filter((path) => isOwn(path) || matching.has(join(top, path)));
    },
  };
}

function noPath(named: string): ConclaveError {
  const why = named.includes('\0') ? 'a path cannot hold a zero byte' : 'no path is that long';
  return new ConclaveError('invalid_request', `Cannot read ${JSON.stringify(shortName(named))}: ${why}.`, {
    param: 'files',
  });
}

/**
 * Returns the filters that select none of the changed paths.
 * @throws ConclaveError `not_found` if a filter selects no file at all, changed or not: it is misspelt.
 */
export async function filtersWithoutChange(
  repository: Repository,
  filters: readonly PathFilter[],
  { changed, before }: { readonly changed: readonly string[]; readonly before: string | undefined },
): Promise<readonly PathFilter[]> {
  const without = await selectingNone(filters, changed);
  if (without.every(({ exists }) => exists)) return without;
  const files = await allFiles(repository, before);
  const [misspelt] = await selectingNone(
    without.filter(({ exists }) => !exists),
    files,
  );
  if (misspelt === undefined) return without;
  throw new ConclaveError(
    'not_found',
    `Cannot read ${shortName(misspelt.named)}: no file of this repository matches it.`,
    {
      param: 'files',
    },
  );
}

async function selectingNone(
  filters: readonly PathFilter[],
  paths: readonly string[],
): Promise<readonly PathFilter[]> {
  const none: PathFilter[] = [];
  for (const filter of filters) if ((await filter.select(paths)).length === 0) none.push(filter);
  return none;
}

/** The files of the working tree and of the commit that it is compared with. */
async function allFiles({ git }: Repository, before: string | undefined): Promise<string[]> {
  const list = ['ls-files', '--full-name', '-z'];
  const tracked = await gitText([...list, ...(before === undefined ? [] : [`--with-tree=${before}`])], git);
  const untracked = await gitText([...list, '--others', '--exclude-standard'], git);
  return zeroSeparated(tracked + untracked);
}

/**
 * Returns the place that a path names: below the caller's own folder if it exists there, else below the repository's. A
 * repository may extend above its roots, but the path must not.
 */
async function locate(
  { folder, roots }: Repository,
  path: string,
): Promise<{ readonly place: string; readonly exists: boolean }> {
  const places = placesOf(roots, path)
    .concat(resolve(folder, path))
    .filter((place) => isInside(folder, place));
  for (const place of places) {
    if (await lstat(place).catch(() => undefined)) return { place, exists: true };
  }
  const [missing] = places;
  if (missing !== undefined) return { place: missing, exists: false };
  throw new ConclaveError('permission', `${shortName(path)} is outside ${folder}.`, { param: 'files' });
}
