import { constants, type Dirent } from 'node:fs';
import { access, lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { throwIfAborted } from '../../../core/streams/abort-error.ts';
import type { Ms } from '../../../core/units.ts';
import type { Roots } from '../../roots.ts';
import { checkIncludes } from './check-includes.ts';
import { checkPlace, mayLookInto } from './check-place.ts';
import { checkUtf8 } from './check-utf8.ts';
import { namedPlace } from './named-place.ts';

/**
 * Checks what git will read for a folder, before git runs. It reads some files of its own folder to their end without
 * looking whether they are files: a link to a device would fill the memory, and a pipe has no end either. If `.git` leads
 * elsewhere, outside the roots, that place is not looked into.
 * @throws ConclaveError `permission` that names the place, `cancelled`.
 */
export async function checkGitFiles(roots: Roots, folder: string, signal?: AbortSignal): Promise<void> {
  for (const own of await gitFoldersAround(roots, folder)) {
    if (own.isHere || (await mayLookInto(roots, own.path))) await checkFilesOf(roots, own.path, signal);
  }
}

async function checkFilesOf(roots: Roots, own: string, signal: AbortSignal | undefined): Promise<void> {
  await checkOpened(roots, own, signal);
  const shared = await nameIn(join(own, 'commondir'));
  const common = shared === undefined ? own : await realPlace(roots, own, shared);
  if (common === undefined) return;
  if (shared !== undefined) {
    if (!(await mayLookInto(roots, common))) return;
    await checkOpened(roots, common, signal);
  }
  const [, branch] = /^ref:\s*(refs\/[^ \t\r\n]+)/.exec((await nameIn(join(own, 'HEAD'))) ?? '') ?? [];
  const isName = branch !== undefined && !branch.split('/').includes('..');
  if (isName && roots.areGranted) checkUtf8(branch);
  // A linked working tree has some for itself, such as those below refs/worktree.
  for (const folder of new Set([common, own])) {
    if (isName) await checkPlace(roots, { folder, path: join(folder, branch) });
    await checkRefs(roots, folder, signal);
  }
}

async function checkOpened(roots: Roots, folder: string, signal: AbortSignal | undefined): Promise<void> {
  for (const name of openedByGit) await checkPlace(roots, { folder, path: join(folder, name) });
  await checkIncludes(roots, folder, signal);
}

/** What git opens whatever it is asked. */
const openedByGit = [
  'HEAD',
  'commondir',
  'config',
  'config.worktree',
  'gitdir',
  'index',
  'objects',
  'packed-refs',
  'refs',
  'shallow',
  'info/attributes',
  'info/exclude',
  'info/grafts',
  'info/sparse-checkout',
  'objects/info/alternates',
  'objects/info/commit-graph',
  'objects/info/commit-graphs/commit-graph-chain',
  'objects/pack/multi-pack-index',
];

/**
 * Many times what the references of a large repository take. If there are more, the limits of time and memory under
 * which git runs have to do.
 */
const mostMs: Ms = 1_000;

type GitFolder = {
  readonly path: string;
  /** True if it is `.git` itself. */
  readonly isHere: boolean;
};

/**
 * What `.git` is, or leads to, in this folder or the next one above that has it. One that may be no repository, over
 * which git would pass, comes before those above it.
 */
async function gitFoldersAround(roots: Roots, folder: string): Promise<GitFolder[]> {
  const found: GitFolder[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, '.git');
    await checkPlace(roots, { folder: at, path: place });
    const stats = await stat(place).catch(() => undefined);
    if (stats?.isDirectory() && (await lstat(join(place, 'HEAD')).catch(() => undefined))) {
      found.push({ path: place, isHere: (await lstat(place)).isDirectory() });
      if (await isRepository(place)) return found;
    }
    if (stats?.isFile()) {
      const path = await folderNamedIn(roots, place);
      return path === undefined ? found : [...found, { path, isHere: false }];
    }
    if (dirname(at) === at) return found;
  }
}

/** Whether git surely takes a folder for a repository: `is_git_directory` in its setup.c says when it does. */
async function isRepository(folder: string): Promise<boolean> {
  const head = join(folder, 'HEAD');
  const shared = await lstat(join(folder, 'commondir')).catch(() => undefined);
  if (shared !== undefined || !(await lstat(head)).isFile()) return false;
  if (!/^(?:ref: refs\/|[\da-f]{40})/.test((await beginning(head)) ?? '')) return false;
  const needed = ['objects', 'refs'].map((name) => access(join(folder, name), constants.X_OK));
  return (await Promise.allSettled(needed)).every(({ status }) => status === 'fulfilled');
}

/** Looks into folders, but not through links to folders, which could lead anywhere. */
async function checkRefs(roots: Roots, gitFolder: string, signal: AbortSignal | undefined): Promise<void> {
  const until = performance.now() + mostMs;
  if (!(await lstat(join(gitFolder, 'refs')).catch(() => undefined))?.isDirectory()) return;
  // Folders below are appended while it runs.
  const folders = ['refs'];
  for (const folder of folders) {
    throwIfAborted(signal);
    const entries = readdir(join(gitFolder, folder), { withFileTypes: true });
    for (const entry of await entries.catch((): Dirent[] => [])) {
      if (performance.now() > until) return;
      const name = join(folder, entry.name);
      if (roots.areGranted && !entry.isFile()) checkUtf8(name);
      if (entry.isDirectory()) folders.push(name);
      else if (!entry.isFile()) await checkPlace(roots, { folder: gitFolder, path: join(gitFolder, name) });
    }
  }
}

/** Where a `.git` that is a file leads, if that exists. */
async function folderNamedIn(roots: Roots, place: string): Promise<string | undefined> {
  const [, named] = /^gitdir: (.*)$/s.exec((await nameIn(place)) ?? '') ?? [];
  return named === undefined ? undefined : await realPlace(roots, dirname(place), named);
}

async function realPlace(roots: Roots, folder: string, name: string): Promise<string | undefined> {
  const real = await realpath(namedPlace(folder, name)).catch(() => undefined);
  if (!roots.areDefault) for (const each of [name, real ?? name]) checkUtf8(each, name);
  return real;
}

/** Of a file that names a place, git drops the ends of lines at its end, and reads the rest up to a zero byte. */
async function nameIn(path: string): Promise<string | undefined> {
  return (await beginning(path))?.replace(/[\r\n]+$/, '').split('\0')[0];
}

async function beginning(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(8_192), 0, 8_192);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
