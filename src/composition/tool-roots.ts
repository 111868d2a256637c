import { dirname } from 'node:path';
import type { App, AppOptions } from '../app.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { folderFrom, grantedRoots } from '../files/granted-roots.ts';
import { openRoots } from '../files/roots.ts';
import { once } from './once.ts';

/** What tools may read: for this machine's own user, and for the keys of clients over HTTP. */
export function toolRoots(
  { config, path }: LoadedConfig,
  { cwd }: Pick<AppOptions, 'cwd'>,
): Pick<App, 'localRoots' | 'grantedRoots'> {
  const { roots, keyRoots } = config.tools;
  const base = path === undefined ? cwd : dirname(path);
  return {
    localRoots: once(() => openRoots(roots?.map((folder) => folderFrom(folder, base)) ?? [cwd])),
    grantedRoots: (principal) => grantedRoots(keyRoots, principal, base),
  };
}
