import { constants, type Dirent, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConclaveError } from '../../core/errors.ts';

/**
 * Checks what git will read for a folder, before git runs. It reads some files of its own folder to their end without
 * looking whether they are files: a link to a device would fill the memory, and a pipe has no end either.
 * @throws ConclaveError `permission` that names the place.
 */
export async function checkGitFiles(folder: string): Promise<void> {
  const own = await gitFolderAround(folder);
  if (own === undefined) return;
  await checkFolders(own);
  const common = await firstLine(join(own, 'commondir'));
  if (common !== undefined) await checkFolders(resolve(own, common));
}

/** What `.git` is, or leads to, in this folder or the next one above that has it. */
async function gitFolderAround(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, '.git');
    const stats = await stat(place).catch(() => undefined);
    if (stats?.isDirectory()) return place;
    if (stats?.isFile()) {
      const written = await firstLine(place);
      const [, named] = /^gitdir: *(.+)$/.exec(written ?? '') ?? [];
      return named === undefined ? undefined : resolve(at, named);
    }
    if (stats && !mayBeRead(stats)) throw refused(place);
    if (dirname(at) === at) return undefined;
  }
}

/** Not the objects themselves, which git reads only as long as they are said to be. */
async function checkFolders(gitFolder: string): Promise<void> {
  for (const part of ['.', 'info', 'objects/info']) await checkEntries(join(gitFolder, part));
  await checkBelow(join(gitFolder, 'refs'), new Set());
}

async function checkBelow(folder: string, visited: Set<string>): Promise<void> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || visited.has(real)) return;
  visited.add(real);
  for (const below of await checkEntries(folder)) await checkBelow(below, visited);
}

/** Returns the folders in it. */
async function checkEntries(folder: string): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => [])) {
    if (entry.isFile()) continue;
    const path = join(folder, entry.name);
    const stats = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (stats?.isDirectory()) folders.push(path);
    else if (stats && !mayBeRead(stats)) throw refused(path);
  }
  return folders;
}

/** A socket, such as the one of git's own file monitor, cannot be opened. */
function mayBeRead(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSocket'>): boolean {
  return entry.isFile() || entry.isDirectory() || entry.isSocket();
}

async function firstLine(path: string): Promise<string | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(8_192), 0, 8_192);
      return buffer.toString('utf8', 0, bytesRead).split('\n')[0];
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

function refused(path: string): ConclaveError {
  const message = `${path} is a device or a named pipe, which git would read without end; remove it.`;
  return new ConclaveError('permission', message);
}
