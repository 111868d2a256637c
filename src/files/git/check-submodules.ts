import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Roots } from '../roots.ts';
import { checkFilesOf, folderNamedIn } from './check-git-files.ts';
import { checkLinks } from './check-git-folder.ts';
import { checkPlace, mayLookInto } from './check-place.ts';
import { checkUtf8 } from './check-utf8.ts';
import { leadsOutside } from './leads-outside.ts';
import { gitText, zeroSeparated, type GitOptions } from './run-git.ts';

/**
 * Checks the `.git` of each submodule in a folder that is granted to a key: `git diff` reads which commit it is at and
 * tells it, so whoever writes the folder would learn what is in a place that it leads to.
 * @throws ConclaveError `permission` if one leads outside the roots, or to a device or a pipe, `cancelled`.
 */
export async function checkSubmodules(roots: Roots, top: string, git: GitOptions): Promise<void> {
  if (!(await mayLookInto(roots, top))) return;
  const staged = zeroSeparated(await gitText(['ls-files', '--stage', '-z'], { ...git, cwd: top }));
  for (const entry of staged) {
    const [, path] = /^160000 [^\t]*\t(.+)$/s.exec(entry) ?? [];
    if (path !== undefined) await checkSubmodule(roots, { top, path, git });
  }
}

async function checkSubmodule(
  roots: Roots,
  { top, path, git }: { readonly top: string; readonly path: string; readonly git: GitOptions },
): Promise<void> {
  checkUtf8(path);
  const place = join(top, path, '.git');
  const what = `The .git in ${path} leads`;
  await checkPlace(roots, { folder: top, path: place, what });
  const stats = await stat(place).catch(() => undefined);
  if (stats === undefined) return;
  const own = stats.isDirectory() ? place : await folderNamedIn(roots, place);
  if (own === undefined || !(await mayLookInto(roots, own))) throw leadsOutside(what);
  const common = await checkFilesOf(roots, own, git.signal);
  if (common === undefined) throw leadsOutside(what);
  for (const folder of new Set([own, common])) await checkLinks(roots, folder, git.signal);
}
