import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { appendAll } from '../core/append-all.ts';
import { throwIfAborted } from '../core/abort-error.ts';
import { forbiddenPath } from './forbidden-path.ts';
import { globTime, matchingBelow } from './glob.ts';
import { ignoredAmong, ignoreRulesOf, withRulesOf, type IgnoreRules } from './ignore-rules.ts';
import type { LeftOut } from './left-out.ts';
import type { MatchingTime } from './matching-time.ts';
import { rootOf, shownPath, type Roots } from './roots.ts';

export type Listing = { readonly files: readonly string[]; readonly leftOut: readonly LeftOut[] };

export type ListOptions = {
  /** Only paths that match this glob, relative to the folder. */
  readonly glob?: string;
  /** The time for this glob and others of the same call. */
  readonly globTime?: MatchingTime;
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
  const { glob, globTime: within = globTime() } = options;
  const found: Found[] = [];

  async function walk(at: string, rules: IgnoreRules): Promise<void> {
    throwIfAborted(options.signal);
    appendAll(
      found,
      rules.notApplied.map((why) => ({ why })),
    );
    const listed = await readdir(at, { withFileTypes: true }).catch(() => []);
    const entries = listed
      .filter(({ name }) => name !== '.git')
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((entry) => ({
        path: join(at, entry.name),
        isFolder: entry.isDirectory(),
        isFile: entry.isFile(),
      }));
    const ignored = ignoredAmong(rules, entries);
    for (const { path, isFolder, isFile } of entries) {
      const why = whyLeftOut(roots, path, { isFolder, isIgnored: ignored.has(path) });
      if (why) found.push({ ...(isFolder ? {} : { path }), why });
      else if (isFolder) await walk(path, await withRulesOf(roots, rules, path));
      else if (isFile) found.push({ path });
    }
  }
  await walk(folder, await ignoreRulesOf(roots, root, folder));
  // Matched together: limiting the time costs more than matching the few files of a folder.
  const selected = glob === undefined ? found : matchingOf(found, { folder, glob, within });
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

function matchingOf(
  found: readonly Found[],
  { folder, glob, within }: { readonly folder: string; readonly glob: string; readonly within: MatchingTime },
): readonly Found[] {
  const paths = found.flatMap(({ path }) => path ?? []);
  const matching = matchingBelow(folder, glob, { paths, within });
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
