import { dirname, resolve } from 'node:path';
import type { App, AppOptions } from '../app.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { folderFrom, grantedRoots } from '../files/granted-roots.ts';
import { repositoryRoots } from '../files/git/repository-roots.ts';
import { narrowRoots, openRoots } from '../files/roots.ts';
import { once } from './once.ts';

/** Returns what tools may read, for this machine's own user and for the keys of HTTP clients. */
export function toolRoots(
  { config, path }: LoadedConfig,
  { cwd, env }: Pick<AppOptions, 'cwd' | 'env'>,
): Pick<App, 'localRoots' | 'commandRoots' | 'narrowRoots' | 'grantedRoots'> {
  const { roots, keyRoots } = config.tools;
  const base = path === undefined ? cwd : dirname(path);
  const index = env['GIT_INDEX_FILE'];
  const indexFile = index ? { indexFile: resolve(cwd, index) } : {};
  const localRoots = once(async () => ({
    ...(await openRoots(roots?.map((folder) => folderFrom(folder, base)) ?? [cwd])),
    ...indexFile,
  }));
  return {
    localRoots,
    commandRoots: once(async () =>
      roots === undefined ? { ...(await repositoryRoots(cwd)), ...indexFile } : await localRoots(),
    ),
    narrowRoots,
    grantedRoots: (principal) => grantedRoots(keyRoots, principal, base),
  };
}
