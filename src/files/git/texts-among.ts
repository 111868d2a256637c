import { join } from 'node:path';
import { bytesForGit, isBinaryForGit } from '../../core/user-text/decode-text.ts';
import { readInside } from '../read-file.ts';
import { idsInIndex, idsInTree, readBlobs, type ObjectIds } from './blobs.ts';
import { nameBefore, type FileChange } from '../diff/change.ts';
import type { Compared } from './read-changes.ts';

/** Returns those of the changes, whose lines git does not show, that are text on one side. */
export async function textsAmong(
  changes: readonly FileChange[],
  { repository, base, end }: Compared,
): Promise<ReadonlySet<FileChange>> {
  const git = { ...repository.git, cwd: repository.top };
  const names = changes.map(({ path }) => path);
  const replaced = changes.filter(({ status }) => status !== 'added' && status !== 'copied');
  const before = await idsInTree(base, replaced.map(nameBefore), git);
  const after = await idsAtEnd();

  async function idsAtEnd(): Promise<ObjectIds> {
    if (end.kind === 'commit') return await idsInTree(end.id, names, git);
    return end.kind === 'index' ? await idsInIndex(names, git) : new Map();
  }

  async function isTextInTree(path: string): Promise<boolean> {
    if (end.kind !== 'working-tree') return false;
    const limits = { maxBytes: bytesForGit, onlyBeginning: true };
    const file = await readInside(repository.roots, join(repository.top, path), limits);
    return file.ok && !isBinaryForGit(file.data);
  }

  const texts = new Set<string>();
  await readBlobs(
    [...before.values(), ...after.values()],
    {
      maxBytes: bytesForGit,
      read(id, data) {
        if (!isBinaryForGit(data)) texts.add(id);
      },
    },
    git,
  );
  const found = new Set<FileChange>();
  for (const change of changes) {
    const ids = [before.get(nameBefore(change)), after.get(change.path)];
    if (ids.some((id) => id !== undefined && texts.has(id)) || (await isTextInTree(change.path)))
      found.add(change);
  }
  return found;
}
