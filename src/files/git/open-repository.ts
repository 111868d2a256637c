import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { folderAt, isInside, rootOf, type Roots } from '../roots.ts';
import { shortName } from '../short-name.ts';
import { checkGitFiles } from './trust/check-git-files.ts';
import { checkGitFolder } from './trust/check-git-folder.ts';
import { checkPlace } from './trust/check-place.ts';
import { checkUtf8 } from './trust/check-utf8.ts';
import { overrideSettings } from './trust/override-settings.ts';
import { gitText, isArgument, runGit, type GitOptions } from './run-git.ts';

/** A git repository, seen from a folder inside the roots. */
export type Repository = {
  readonly roots: Roots;
  /** The root of the working tree. If it is above the roots, only files below `folder` are read. */
  readonly top: string;
  readonly folder: string;
  /** The checked-out commit; absent before the first commit. */
  readonly head?: string;
  /** Absent if no branch is checked out. */
  readonly branch?: string;
  readonly git: GitOptions;
};

export type OpenRepositoryOptions = {
  /** Default: the first root. */
  readonly folder?: string;
  readonly signal?: AbortSignal;
};

/**
 * Opens the repository around a folder.
 * @throws ConclaveError `not_found` outside a repository, `permission` outside the roots or if git would read something
 * in it without end.
 */
export async function openRepository(roots: Roots, options: OpenRepositoryOptions = {}): Promise<Repository> {
  const { signal } = options;
  const named = options.folder ?? '.';
  const folder = await folderAt(roots, named);
  if (folder === undefined) throw noFolder(roots, named);
  await checkGitFiles(roots, folder, signal);
  const inFolder = { cwd: folder, ...(signal ? { signal } : {}) };
  const found = await runGit(['rev-parse', '--show-toplevel'], inFolder);
  const shown = found.stdout.toString().replace(/\n$/, '');
  if (found.exitCode !== 0 || shown === '') throw notARepository(folder, found.stderr);

  // A repository may set `core.worktree` to any folder, and to one that is gone or is a file: whether it exists is not told.
  if (roots.areGranted) checkUtf8(shown);
  const top = await realFolder(shown);
  if (top === undefined || (!isInside(top, folder) && rootOf(roots, top) === undefined)) {
    throw notARepository(folder, '');
  }
  const { indexFile } = roots;
  const plain = {
    ...inFolder,
    ...(indexFile !== undefined && roots.workingTree === top ? { indexFile } : {}),
  };
  await checkGitFolder(roots, top, plain);
  if (roots.areGranted) {
    const path = join(top, '.gitmodules');
    await checkPlace(roots, { folder: top, path, what: 'The .gitmodules leads' });
  }
  const git = { ...plain, settings: await overrideSettings(roots, top, plain) };
  const readable = rootOf(roots, top) === undefined ? (rootOf(roots, folder) ?? folder) : top;
  const head = await resolveCommit(git, 'HEAD');
  const branch = await runGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], git);
  return {
    roots,
    top,
    folder: readable,
    git: { ...git, cwd: readable },
    ...(head === undefined ? {} : { head }),
    ...(branch.exitCode === 0 ? { branch: branch.stdout.toString().trim() } : {}),
  };
}

/**
 * Checks that this is the repository in which the hook runs or the command was typed.
 * @throws ConclaveError `permission`
 */
export function checkIsOwn({ roots, top }: Repository): void {
  const { workingTree = top, folders } = roots;
  if (workingTree === top) return;
  const message = `${workingTree} is not inside the folders of tools.roots (${folders.join(', ')}); list it there to have its commits reviewed.`;
  throw new ConclaveError('permission', message);
}

/**
 * Returns the id of the commit that a name refers to. `param` is the argument that it came in, for an error.
 * @throws ConclaveError `not_found` with the nearest names.
 */
export async function commitNamed(
  repository: Repository,
  name: string,
  { param }: { readonly param?: string } = {},
): Promise<string> {
  const commit = await resolveCommit(repository.git, name);
  if (commit !== undefined) return commit;
  const refs = await gitText(['for-each-ref', '--format=%(refname:short)'], repository.git);
  const hint = didYouMean(name, refs.split('\n').filter(Boolean), {
    otherwise: 'name a branch, a tag or a commit',
  });
  const message = `git knows no commit called ${JSON.stringify(shortName(name))}; ${hint}`;
  throw new ConclaveError('not_found', message, param === undefined ? {} : { param });
}

/** Returns what a first commit is compared with; its id depends on the repository's hash algorithm. */
export async function emptyTree({ git }: Repository): Promise<string> {
  return (await gitText(['hash-object', '-t', 'tree', '--stdin'], git)).trim();
}

async function resolveCommit(git: GitOptions, name: string): Promise<string | undefined> {
  if (name.startsWith('-') || !isArgument(name)) return undefined;
  const found = await runGit(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    git,
  );
  const id = found.stdout.toString().trim();
  return found.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
}

function noFolder(roots: Roots, folder: string): ConclaveError {
  const why =
    roots.folders.length === 0
      ? 'This client has no access to files; pass `diff` as text.'
      : `${folder} is not a folder inside ${roots.folders.join(', ')}.`;
  return new ConclaveError('permission', why);
}

async function realFolder(path: string): Promise<string | undefined> {
  const real = await realpath(path).catch(() => undefined);
  const stats = real === undefined ? undefined : await stat(real).catch(() => undefined);
  return stats?.isDirectory() ? real : undefined;
}

function notARepository(folder: string, stderr: string): ConclaveError {
  const unsafe = /dubious ownership/.test(stderr);
  const remedy = unsafe
    ? 'belongs to another user; run `git config --global --add safe.directory <folder>` if you trust it'
    : 'is not inside a git repository; run this in one, or pass `diff` as text';
  return new ConclaveError('not_found', `${folder} ${remedy}.`, { param: 'path' });
}
