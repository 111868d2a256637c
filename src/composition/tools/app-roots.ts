import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { LoadedConfig } from '../../config/reading/load-config.ts';
import { withConfigLine } from '../../config/reading/with-config-line.ts';
import { wrongAt } from '../../config/reading/wrong-at.ts';
import type { Principal } from '../../core/call.ts';
import { asConclaveError } from '../../core/errors.ts';
import { once } from '../../core/memories/once.ts';
import { folderFrom, grantedRoots } from '../../files/granted-roots.ts';
import { repositoryRoots, workingTreeAround } from '../../files/git/repository-roots.ts';
import { isInside, narrowRoots, openRoots, rootOf, type Roots } from '../../files/roots.ts';
import type { AppOptions } from '../options.ts';

/** The folders that tools may read. */
export type AppRoots = {
  /** For this machine's own user: the configured folders, else the working directory. */
  local(): Promise<Roots>;
  /**
   * For a command typed here: the repository around the working directory, unless the configuration has roots. Of
   * these, the one around the working directory comes first, else one in the same repository.
   */
  command(): Promise<Roots>;
  /** For a key over HTTP: the folders that the configuration grants it, else none. */
  granted(principal: Principal): Promise<Roots>;
  /** Intersects two sets of folders: a client may narrow what it can reach, never widen it. */
  readonly narrow: typeof narrowRoots;
};

export function appRoots(loaded: LoadedConfig, { cwd, env }: Pick<AppOptions, 'cwd' | 'env'>): AppRoots {
  const { roots, keyRoots } = loaded.config.tools;
  const base = loaded.path === undefined ? cwd : dirname(loaded.path);
  const index = env['GIT_INDEX_FILE'];
  const local = once(async () => ({
    ...(roots === undefined
      ? { ...(await openRoots([cwd])), areDefault: true }
      : await configuredRoots(loaded, roots, base)),
    ...(index ? await inHook(cwd, index) : {}),
  }));
  return {
    local,
    command: once(async () =>
      roots === undefined
        ? { ...(await local()), ...(await repositoryRoots(cwd)) }
        : await seenFrom(cwd, await local()),
    ),
    granted: (principal) => grantedRoots(keyRoots, principal, base),
    narrow: narrowRoots,
  };
}

async function inHook(cwd: string, index: string): Promise<Pick<Roots, 'indexFile' | 'workingTree'>> {
  const folder = await realpath(cwd);
  return { indexFile: resolve(cwd, index), workingTree: (await workingTreeAround(folder)) ?? folder };
}

async function seenFrom(cwd: string, roots: Roots): Promise<Roots> {
  const folder = await realpath(cwd);
  if (rootOf(roots, folder) !== undefined) return { ...roots, base: folder };
  const workingTree = await workingTreeAround(folder);
  if (workingTree === undefined) return roots;
  for (const base of roots.folders.filter((root) => isInside(workingTree, root))) {
    if ((await workingTreeAround(base)) === workingTree) return { ...roots, base, workingTree };
  }
  return { ...roots, workingTree };
}

/** @throws ConclaveError `configuration` that names the place of a folder that does not exist. */
async function configuredRoots(loaded: LoadedConfig, roots: readonly string[], base: string): Promise<Roots> {
  const folders = roots.map((folder) => folderFrom(folder, base));
  return withConfigLine(loaded, async () => {
    for (const [at, folder] of folders.entries()) {
      await openRoots([folder]).catch((thrown: unknown) => {
        const error = asConclaveError(thrown);
        throw wrongAt(['tools', 'roots', at], error.message, error);
      });
    }
    return openRoots(folders);
  });
}
