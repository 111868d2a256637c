import { lstat, readdir, realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { throwIfAborted } from '../../../core/streams/abort-error.ts';
import { realInside, rootOf, type Roots } from '../../roots.ts';
import { leadsOutside } from './check-place.ts';
import { checkUtf8 } from './check-utf8.ts';
import { readQuotedName } from '../../diff/quoted-name.ts';
import { gitText, runGit, type GitOptions } from '../run-git.ts';

/**
 * Checks that the repository of a working tree is the one that belongs there. Whoever writes a folder can put a `.git`
 * into it that leads to any other repository on the machine, whose content git would then show.
 * @throws ConclaveError `permission` if it leads outside the roots, unless these are the user's own working directory.
 */
export async function checkGitFolder(roots: Roots, top: string, git: GitOptions): Promise<void> {
  if (roots.areDefault) return;
  const { own, common } = await gitFolders(git);
  const isInRoots = (folder: string) => rootOf(roots, folder) !== undefined;
  const isHere = own === join(top, '.git') && (await lstat(own)).isDirectory();
  const isTrusted =
    own === common
      ? isHere || isInRoots(own) || (await isSubmodule(git))
      : (isInRoots(own) && isInRoots(common)) || (await isLinkedWorktree(top, own, { common, git }));
  if (!isTrusted) throw leadsOutside(`The .git in ${top} leads`);
  if (roots.areGranted && isInRoots(common)) await checkObjects(roots, [...new Set([own, common])], git);
}

/** Git's folder for this working tree, and the one that all working trees of the repository share. */
async function gitFolders(git: GitOptions): Promise<{ own: string; common: string }> {
  const shown = await gitText(['rev-parse', '--absolute-git-dir', '--git-common-dir'], git);
  const [own, common, ...rest] = shown.replace(/\n$/, '').split('\n');
  checkUtf8(shown);
  // A line break in a name.
  if (own === undefined || common === undefined || rest.length > 0) throw leadsOutside('The .git leads');
  return { own: await realpath(resolve(git.cwd, own)), common: await realpath(resolve(git.cwd, common)) };
}

/** A submodule's repository names its working tree; git has already gone there. */
async function isSubmodule(git: GitOptions): Promise<boolean> {
  const set = await runGit(['config', '--get', 'core.worktree'], git);
  return set.exitCode === 0 && set.stdout.toString().trim() !== '';
}

/** The repository keeps a list of its linked working trees. */
async function isLinkedWorktree(
  top: string,
  own: string,
  { common, git }: { readonly common: string; readonly git: GitOptions },
): Promise<boolean> {
  if (resolve(own, '../..') !== common) return false;
  const listed = await gitText(['worktree', 'list', '--porcelain'], git);
  const places = [...listed.matchAll(/^worktree ([^\n]+)$/gm)].map(([, place = '']) => place);
  const real = await Promise.all(places.map((place) => realpath(place).catch(() => undefined)));
  return real.includes(top);
}

/**
 * On the user's own machine, objects elsewhere are usual (`git clone --reference`), and no clone brings them along. A
 * folder that is granted to a key is written by others.
 */
async function checkObjects(roots: Roots, folders: readonly string[], git: GitOptions): Promise<void> {
  for (const folder of folders) await checkLinks(roots, folder, git.signal);
  const counted = await gitText(['count-objects', '--verbose'], git);
  for (const [, written = ''] of counted.matchAll(/^alternate: ([^\n]+)$/gm)) {
    const place = resolve(git.cwd, readQuotedName(written)?.name ?? written);
    checkUtf8(place);
    const real = await realInside(roots, place);
    if (real === undefined) throw leadsOutside('Objects of this repository lead');
    await checkLinks(roots, real, git.signal);
  }
}

async function checkLinks(roots: Roots, folder: string, signal: AbortSignal | undefined): Promise<void> {
  throwIfAborted(signal);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (!entry.isFile()) checkUtf8(path);
    if (entry.isDirectory()) await checkLinks(roots, path, signal);
    if (entry.isSymbolicLink() && (await realInside(roots, path)) === undefined)
      throw leadsOutside('A link in .git leads');
  }
}
