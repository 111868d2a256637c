import { stat } from 'node:fs/promises';
import { didYouMean } from '../core/names/did-you-mean.ts';
import type { Check } from './check.ts';

type Named = { readonly id: string; readonly name: string };

/** Checks that every folder of `tools.roots` exists. */
export async function checkRoots(
  roots: readonly string[],
  { folderOf }: { readonly folderOf: (written: string) => string },
): Promise<Check[]> {
  const missing = await Promise.all(roots.map((folder) => missingFolder(folder, folderOf(folder))));
  return missing.flatMap((found, at) => noFolder(`tools.roots.${at}`, found));
}

/** Checks that every key named in `tools.keyRoots` exists, and every folder granted to it. */
export async function checkKeyRoots(
  keyRoots: Readonly<Record<string, readonly string[]>>,
  { keys, folderOf }: { readonly keys: readonly Named[]; readonly folderOf: (written: string) => string },
): Promise<Check[]> {
  const checks = await Promise.all(
    Object.entries(keyRoots).map(async ([key, folders]): Promise<Check[]> => {
      const name = `tools.keyRoots.${key}`;
      const missing = await Promise.all(folders.map((folder) => missingFolder(folder, folderOf(folder))));
      return [...unknownKey(name, key, keys), ...missing.flatMap((found) => noFolder(name, found))];
    }),
  );
  return checks.flat();
}

function unknownKey(name: string, asked: string, keys: readonly Named[]): Check[] {
  if (keys.some((key) => key.id === asked || key.name === asked)) return [];
  const names = keys.map((key) => key.name);
  const hint = didYouMean(asked, names, { otherwise: 'create it, or leave it out' });
  return [
    {
      name,
      state: 'failed',
      found: `there is no key "${asked}"; ${hint}`,
      remedy: `conclave keys create ${asked}`,
    },
  ];
}

async function missingFolder(written: string, folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return undefined;
  return found ? `${written} is not a folder` : `there is no folder ${written}`;
}

function noFolder(name: string, found: string | undefined): Check[] {
  return found === undefined
    ? []
    : [{ name, state: 'failed', found, remedy: 'correct the path; it counts from the folder of the config' }];
}
