import { constants, type Dirent, type Stats } from 'node:fs';
import { lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { throwIfAborted } from '../../core/streams/abort-error.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Ms } from '../../core/units.ts';
import { rootOf, type Roots } from '../roots.ts';
import { leadsOutside } from './leads-outside.ts';

/**
 * Checks what git will read for a folder, before git runs. It reads some files of its own folder to their end without
 * looking whether they are files: a link to a device would fill the memory, and a pipe has no end either. If `.git` leads
 * elsewhere, outside the roots, that place is not looked into.
 * @throws ConclaveError `permission` that names the place, `cancelled`.
 */
export async function checkGitFiles(roots: Roots, folder: string, signal?: AbortSignal): Promise<void> {
  const own = await gitFolderAround(roots, folder);
  if (own === undefined || !(own.isHere || (await mayLookInto(roots, own.path)))) return;
  for (const name of openedByGit) await checkPlace(roots, own.path, name);
  const shared = await firstLine(join(own.path, 'commondir'));
  const common = shared === undefined ? own.path : resolve(own.path, shared);
  if (shared !== undefined && !(await mayLookInto(roots, common))) return;
  for (const name of openedByGit) await checkPlace(roots, common, name);
  const [, branch] = /^ref: *(refs\/.+)$/.exec((await firstLine(join(own.path, 'HEAD'))) ?? '') ?? [];
  if (branch !== undefined && !branch.split('/').includes('..')) await checkPlace(roots, common, branch);
  await checkRefs(roots, common, signal);
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

/** What `.git` is, or leads to, in this folder or the next one above that has it. */
async function gitFolderAround(roots: Roots, folder: string): Promise<GitFolder | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, '.git');
    await checkPlace(roots, at, '.git');
    const stats = await stat(place).catch(() => undefined);
    // Git passes over a folder that is no repository.
    if (stats?.isDirectory() && (await lstat(join(place, 'HEAD')).catch(() => undefined)))
      return { path: place, isHere: (await lstat(place)).isDirectory() };
    if (stats?.isFile()) {
      const [, named] = /^gitdir: *(.+)$/.exec((await firstLine(place)) ?? '') ?? [];
      return named === undefined ? undefined : { path: resolve(at, named), isHere: false };
    }
    if (dirname(at) === at) return undefined;
  }
}

async function mayLookInto(roots: Roots, place: string): Promise<boolean> {
  if (roots.areDefault) return true;
  const real = await realpath(place).catch(() => undefined);
  return real !== undefined && rootOf(roots, real) !== undefined;
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
      if (entry.isDirectory()) folders.push(name);
      else if (!entry.isFile()) await checkPlace(roots, gitFolder, name);
    }
  }
}

/**
 * Checks one place below a folder. In a folder that others write, not even what kind of thing a link leads to is told of
 * places outside.
 * @throws ConclaveError `permission` if this is a device or a pipe, or a link to one.
 */
async function checkPlace(roots: Roots, folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  if (roots.areGranted && (await leavesRoots(roots, folder, path)))
    throw leadsOutside('A link in .git leads');
  const stats = await stat(path).catch(() => undefined);
  if (stats === undefined || !isEndless(stats)) return;
  const message = `${path} is a device or a named pipe, which git would read without end; remove it.`;
  throw new ConclaveError('permission', message);
}

/** Whether a link on the way from a folder that others write to this path leads out of the roots. */
async function leavesRoots(roots: Roots, folder: string, path: string): Promise<boolean> {
  // What does not exist is where the last link on its way leads.
  if (!(await lstat(path).catch(() => undefined))) return await leavesRoots(roots, folder, dirname(path));
  return (await mayLookInto(roots, folder)) && !(await mayLookInto(roots, path));
}

function isEndless(stats: Stats): boolean {
  return stats.isFIFO() || stats.isCharacterDevice() || stats.isBlockDevice();
}

async function firstLine(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(8_192), 0, 8_192);
      return buffer.toString('utf8', 0, bytesRead).split('\n')[0];
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
