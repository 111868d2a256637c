import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { openRoots, type Roots } from './roots.ts';

/** Folders that a key may read, by the key's name or id. */
export type RootGrants = Readonly<Record<string, readonly string[]>>;

/** The roots that a key may read over HTTP: only folders granted to its name or id. */
export async function grantedRoots(
  grants: RootGrants,
  { keyId, name }: { readonly keyId: string; readonly name: string },
  base: string,
): Promise<Roots> {
  const names = new Set([keyId, name]);
  const folders = Object.entries(grants).flatMap(([key, granted]) => (names.has(key) ? granted : []));
  return { ...(await openRoots(folders.map((folder) => folderFrom(folder, base)))), areGranted: true };
}

/** Resolves a folder from a configuration: relative to `base`, or below the home folder if it starts with `~`. */
export function folderFrom(written: string, base: string): string {
  return resolve(base, written.replace(/^~(?=\/|$)/, homedir()));
}
