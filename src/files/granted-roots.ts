import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { openRoots, type Roots } from './roots.ts';

/** Folders by the name or id of the key that may read them. */
export type RootGrants = Readonly<Record<string, readonly string[]>>;

/** What a key may have read over HTTP: nothing that is not granted to its name or its id. */
export function grantedRoots(
  grants: RootGrants,
  { keyId, name }: { readonly keyId: string; readonly name: string },
  base: string,
): Promise<Roots> {
  const names = new Set([keyId, name]);
  const folders = Object.entries(grants).flatMap(([key, granted]) => (names.has(key) ? granted : []));
  return openRoots(folders.map((folder) => folderFrom(folder, base)));
}

/** A folder as somebody wrote it into a configuration: relative to `base`, or below the home folder with `~`. */
export function folderFrom(written: string, base: string): string {
  return resolve(base, written.replace(/^~(?=\/|$)/, homedir()));
}
