import { join } from 'node:path';
import { looksBinary } from '../../core/user-text/decode-text.ts';
import { readInside } from '../read-file.ts';
import { nameBefore } from './change-base.ts';
import type { FileChange } from './change.ts';
import type { Repository } from './open-repository.ts';
import type { Compared } from './read-changes.ts';
import { runGit } from './run-git.ts';

/** Whether a side of a change whose lines git does not show is text. */
export async function showsText(change: FileChange, { repository, base, end }: Compared): Promise<boolean> {
  const before = await blobBeginning(repository, `${base}:${nameBefore(change)}`);
  const after = await endBeginning(change.path, { repository, end });
  return [before, after].some((bytes) => bytes !== undefined && !looksBinary(bytes));
}

/** As much as git looks at. */
const beginningBytes = 8_000;

async function endBeginning(
  path: string,
  { repository, end }: Pick<Compared, 'repository' | 'end'>,
): Promise<Buffer | undefined> {
  if (end.kind === 'commit') return await blobBeginning(repository, `${end.id}:${path}`);
  if (end.kind === 'index') return await blobBeginning(repository, `:${path}`);
  const limits = { maxBytes: beginningBytes, onlyBeginning: true };
  const file = await readInside(repository.roots, join(repository.top, path), limits);
  return file.ok ? file.data : undefined;
}

async function blobBeginning({ git }: Repository, name: string): Promise<Buffer | undefined> {
  const { exitCode, stdout } = await runGit(['cat-file', 'blob', name], {
    ...git,
    onlyFirst: beginningBytes,
  });
  return exitCode === 0 || stdout.length > 0 ? stdout.subarray(0, beginningBytes) : undefined;
}
