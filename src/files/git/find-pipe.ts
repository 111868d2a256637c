import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/**
 * Returns the path, relative to `folder`, of a named pipe among the files that git reads for it: in `.git`, and rules
 * and attributes in and below `folder` and above it up to the top. Gives up after a second.
 */
export async function findPipe(folder: string): Promise<string | undefined> {
  const until = performance.now() + 1000;
  const folders = await foldersUpToTop(folder);
  const places: Place[] = [
    { folder: join(folders.at(-1) ?? folder, '.git'), reads: () => true, isWhole: true },
    ...folders.map((each) => ({ folder: each, reads: readsByName, isWhole: each === folder })),
  ];
  // Folders below are appended while it runs, so that those near the top come first.
  for (const place of places) {
    if (performance.now() > until) return undefined;
    for (const entry of await readdir(place.folder, { withFileTypes: true }).catch(() => [])) {
      const path = join(place.folder, entry.name);
      if (entry.isDirectory()) {
        if (place.isWhole && entry.name !== '.git') places.push({ ...place, folder: path });
      } else if (place.reads(entry.name) && (await isPipe(entry, path))) return relative(folder, path);
    }
  }
  return undefined;
}

type Place = {
  readonly folder: string;
  readonly reads: (name: string) => boolean;
  /** Whether the folders below it are looked into. */
  readonly isWhole: boolean;
};

const readsByName = (name: string) => ['.git', '.gitattributes', '.gitignore', '.gitmodules'].includes(name);

/** The folder and those above it up to the one with a `.git`; the folder alone if there is none. */
async function foldersUpToTop(folder: string): Promise<string[]> {
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    folders.push(at);
    if (await lstat(join(at, '.git')).catch(() => undefined)) return folders;
    if (dirname(at) === at) return [folder];
  }
}

async function isPipe(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFIFO();
  return (await stat(path).catch(() => undefined))?.isFIFO() === true;
}
