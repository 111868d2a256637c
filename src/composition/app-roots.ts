import { dirname, resolve } from 'node:path';
import type { AppOptions } from '../app.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Principal } from '../core/call.ts';
import { folderFrom, grantedRoots } from '../files/granted-roots.ts';
import { repositoryRoots } from '../files/git/repository-roots.ts';
import { narrowRoots, openRoots, type Roots } from '../files/roots.ts';
import { once } from './once.ts';

/** The folders that tools may read. */
export type AppRoots = {
  /** For this machine's own user: the configured folders, else the working directory. */
  local(): Promise<Roots>;
  /**
   * For a command typed here: the repository around the working directory, unless the configuration has roots.
   */
  command(): Promise<Roots>;
  /** For a key over HTTP: the folders that the configuration grants it, else none. */
  granted(principal: Principal): Promise<Roots>;
  /** Intersects two sets of folders: a client may narrow what it can reach, never widen it. */
  readonly narrow: typeof narrowRoots;
};

export function appRoots(
  { config, path }: LoadedConfig,
  { cwd, env }: Pick<AppOptions, 'cwd' | 'env'>,
): AppRoots {
  const { roots, keyRoots } = config.tools;
  const base = path === undefined ? cwd : dirname(path);
  const index = env['GIT_INDEX_FILE'];
  const indexFile = index ? { indexFile: resolve(cwd, index) } : {};
  const local = once(async () => ({
    ...(await openRoots(roots?.map((folder) => folderFrom(folder, base)) ?? [cwd])),
    ...indexFile,
  }));
  return {
    local,
    command: once(async () =>
      roots === undefined ? { ...(await repositoryRoots(cwd)), ...indexFile } : await local(),
    ),
    granted: (principal) => grantedRoots(keyRoots, principal, base),
    narrow: narrowRoots,
  };
}
