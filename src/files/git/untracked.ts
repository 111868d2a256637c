import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfAborted } from '../../core/streams/abort-error.ts';
import type { LeftOut } from '../left-out.ts';
import { readSource, type ReadLimits } from '../read-file.ts';
import type { FileChange } from '../diff/change.ts';
import type { Repository } from './open-repository.ts';
import { gitText, zeroSeparated } from './run-git.ts';

export type UntrackedFilter = {
  /** Files and folders, relative to git's working folder. */
  readonly pathspecs: readonly string[];
  /** Returns those of the paths, relative to the top of the repository, that are wanted. */
  readonly select: (paths: readonly string[]) => Promise<ReadonlySet<string>>;
};

/** Reads files that git neither tracks nor ignores, as changes that add every line. */
export async function readUntracked(
  repository: Repository,
  { pathspecs, select }: UntrackedFilter,
  limits: ReadLimits,
): Promise<{ changes: FileChange[]; leftOut: LeftOut[] }> {
  const command = ['ls-files', '--others', '--exclude-standard', '--full-name', '-z', '--', ...pathspecs];
  const found = zeroSeparated(await gitText(command, repository.git));
  const wanted = await select(found);
  const names = found.filter((name) => wanted.has(name));
  const changes: FileChange[] = [];
  const leftOut: LeftOut[] = [];
  for (const path of names) {
    throwIfAborted(repository.git.signal);
    if (path.endsWith('/')) {
      leftOut.push({ path, reason: 'nested-repository', detail: 'it is a repository of its own' });
      continue;
    }
    const place = join(repository.top, path);
    if ((await lstat(place).catch(() => undefined))?.isSymbolicLink()) {
      changes.push({ path, status: 'added', kind: 'symlink', untracked: true, hunks: [] });
      continue;
    }
    const file = await readSource(repository.roots, place, { ...limits, binaryAsInGit: true });
    if (file.ok) changes.push(addedFile(path, file.text));
    else if (file.reason === 'binary') {
      changes.push({ path, status: 'added', kind: 'binary', untracked: true, hunks: [] });
    } else leftOut.push({ path, reason: file.reason, detail: file.detail, ...tokensOf(file) });
  }
  return { changes, leftOut };
}

function addedFile(path: string, text: string): FileChange {
  const lines = text.replace(/\n$/, '').split('\n');
  const hunks =
    text === ''
      ? []
      : [
          {
            oldStart: 0,
            oldLines: 0,
            newStart: 1,
            newLines: lines.length,
            heading: '',
            lines: lines.map((line, at) => ({ kind: 'added', text: line, newLine: at + 1 }) as const),
          },
        ];
  return { path, status: 'added', kind: 'text', untracked: true, hunks };
}

function tokensOf({ tokens }: LeftOut): { tokens?: number } {
  return tokens === undefined ? {} : { tokens };
}
