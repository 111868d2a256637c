import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { appendAll } from '../core/lists/append-all.ts';
import { throwIfAborted } from '../core/streams/abort-error.ts';
import { forbiddenPath } from './forbidden-path.ts';
import { matchingBelow } from './glob.ts';
import { ignoredAmong, ignoreRulesOf, withRulesOf, type IgnoreRules } from './ignore-rules.ts';
import type { LeftOut } from './left-out.ts';
import { matchingTime, type MatchingTime } from './matching-time.ts';
import { rootOf, shownPath, type Roots } from './roots.ts';

export type Listing = { readonly files: readonly string[]; readonly leftOut: readonly LeftOut[] };

export type ListOptions = {
  /** Only paths that match this glob, relative to the folder. */
  readonly glob?: string;
  /** The time for the glob and ignore rules of this listing and others of the same call. */
  readonly time?: MatchingTime;
  readonly maxFiles: number;
  readonly signal?: AbortSignal;
};

/**
 * Lists the files below a folder inside the roots, in a stable order, without links, dependency folders and what
 * `.gitignore` excludes. An excluded folder is listed once and not entered.
 */
export async function listFiles(roots: Roots, folder: string, options: ListOptions): Promise<Listing> {
  const root = rootOf(roots, folder);
  if (root === undefined) return { files: [], leftOut: [] };
  const { glob, time = matchingTime(options.signal) } = options;
  const start = openFolder(folder, await ignoreRulesOf(roots, { root, folder }, time));
  // Level by level, so that the rules are applied to a whole level together.
  for (let level = [start]; level.length > 0;) {
    const entries: Entry[] = [];
    for (const each of level) appendAll(entries, await entriesOf(each, options.signal));
    const ignored = await ignoredAmong(entries, time);
    level = [];
    for (const entry of entries) {
      const {
        path,
        isFolder,
        rules,
        folder: { found },
      } = entry;
      const why = whyLeftOut(roots, path, { isFolder, isIgnored: ignored.has(entry) });
      if (why) found.push({ ...(isFolder ? {} : { path }), why });
      else if (entry.isFile) found.push({ path });
      if (why || !isFolder) continue;
      const below = openFolder(path, await withRulesOf(roots, rules, path));
      found.push(below);
      level.push(below);
    }
  }
  const found = [...inOrder(start)];
  // Matched together: limiting the time costs more than matching the few files of a folder.
  const selected = glob === undefined ? found : await matchingOf(found, { folder, glob, time });
  const files = selected.flatMap(({ path, why }) => (path === undefined || why ? [] : [path]));
  const leftOut = selected.flatMap(({ why }) => why ?? []);
  if (files.length <= options.maxFiles) return { files, leftOut };
  const over = files.length - options.maxFiles;
  const detail = `${over} more files are below it; the limit is ${options.maxFiles}, so name a narrower folder or glob`;
  return {
    files: files.slice(0, options.maxFiles),
    leftOut: [...leftOut, { path: shownPath(roots, folder), reason: 'too-many-files', detail }],
  };
}

/** A file, unless it is left out; or a folder that is left out, which has no `path` to match. */
type Found = { readonly path?: string; readonly why?: LeftOut };

type OpenFolder = {
  readonly place: string;
  readonly rules: IgnoreRules;
  readonly found: (Found | OpenFolder)[];
};

type Entry = {
  readonly path: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  readonly rules: IgnoreRules;
  readonly folder: OpenFolder;
};

function openFolder(place: string, rules: IgnoreRules): OpenFolder {
  return { place, rules, found: rules.notApplied.map((why) => ({ why })) };
}

async function entriesOf(folder: OpenFolder, signal: AbortSignal | undefined): Promise<Entry[]> {
  throwIfAborted(signal);
  const { place, rules } = folder;
  const listed = await readdir(place, { withFileTypes: true }).catch(() => []);
  return listed
    .filter(({ name }) => name !== '.git')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => ({
      path: join(place, entry.name),
      isFolder: entry.isDirectory(),
      isFile: entry.isFile(),
      rules,
      folder,
    }));
}

function* inOrder({ found }: OpenFolder): Generator<Found> {
  for (const one of found) {
    if ('found' in one) yield* inOrder(one);
    else yield one;
  }
}

async function matchingOf(
  found: readonly Found[],
  { folder, glob, time }: { readonly folder: string; readonly glob: string; readonly time: MatchingTime },
): Promise<readonly Found[]> {
  const paths = found.flatMap(({ path }) => path ?? []);
  const matching = await matchingBelow(folder, glob, { paths, time });
  return found.filter(({ path }) => path === undefined || matching.has(path));
}

function whyLeftOut(
  roots: Roots,
  path: string,
  { isFolder, isIgnored }: { readonly isFolder: boolean; readonly isIgnored: boolean },
): LeftOut | undefined {
  const shown = shownPath(roots, path) + (isFolder ? '/' : '');
  const forbidden = forbiddenPath(path);
  if (forbidden !== undefined) return { path: shown, reason: 'forbidden', detail: forbidden };
  if (isFolder && dependencyFolders.has(path.split(sep).at(-1) ?? '')) {
    return { path: shown, reason: 'dependencies', detail: "it holds other people's code" };
  }
  if (isIgnored) return { path: shown, reason: 'ignored', detail: '.gitignore excludes it' };
  return undefined;
}

const dependencyFolders = new Set([
  'node_modules',
  'bower_components',
  '.venv',
  'site-packages',
  '__pycache__',
]);
