import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { appendAll } from '../core/append-all.ts';
import { throwIfAborted } from '../core/abort-error.ts';
import { forbiddenPath } from './forbidden-path.ts';
import { matchesBelow } from './glob.ts';
import { ignoreRulesOf, isIgnored, withRulesOf, type FoundRules, type IgnoreRules } from './ignore-rules.ts';
import type { LeftOut } from './left-out.ts';
import { rootOf, shownPath, type Roots } from './roots.ts';

export type Listing = { readonly files: readonly string[]; readonly leftOut: readonly LeftOut[] };

export type ListOptions = {
  /** Only paths that match this glob, relative to the folder. */
  readonly glob?: string;
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
  const { glob } = options;
  const files: string[] = [];
  const leftOut: LeftOut[] = [];

  async function walk(at: string, found: FoundRules): Promise<void> {
    throwIfAborted(options.signal);
    const { rules } = found;
    appendAll(leftOut, found.leftOut);
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name === '.git') continue;
      const path = join(at, entry.name);
      const isFolder = entry.isDirectory();
      if (!isFolder && glob !== undefined && !matchesBelow(folder, glob, path)) continue;
      const why = whyLeftOut(roots, path, isFolder, rules);
      if (why) leftOut.push(why);
      else if (isFolder) await walk(path, await withRulesOf(roots, rules, path));
      else if (entry.isFile()) files.push(path);
    }
  }
  await walk(folder, await ignoreRulesOf(roots, root, folder));
  if (files.length <= options.maxFiles) return { files, leftOut };
  const over = files.length - options.maxFiles;
  const detail = `${over} more files are below it; the limit is ${options.maxFiles}, so name a narrower folder or glob`;
  return {
    files: files.slice(0, options.maxFiles),
    leftOut: [...leftOut, { path: shownPath(roots, folder), reason: 'too-many-files', detail }],
  };
}

function whyLeftOut(roots: Roots, path: string, isFolder: boolean, rules: IgnoreRules): LeftOut | undefined {
  const shown = shownPath(roots, path) + (isFolder ? '/' : '');
  const forbidden = forbiddenPath(path);
  if (forbidden !== undefined) return { path: shown, reason: 'forbidden', detail: forbidden };
  if (isFolder && dependencyFolders.has(path.split(sep).at(-1) ?? '')) {
    return { path: shown, reason: 'dependencies', detail: "it holds other people's code" };
  }
  if (isIgnored(rules, path, isFolder))
    return { path: shown, reason: 'ignored', detail: '.gitignore excludes it' };
  return undefined;
}

const dependencyFolders = new Set([
  'node_modules',
  'bower_components',
  '.venv',
  'site-packages',
  '__pycache__',
]);
