import { constants, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Repository } from './open-repository.ts';
import { gitText, type GitOptions } from './run-git.ts';

/**
 * Reads with a repository in which git takes every submodule as it is staged. To compare it with the working tree, git
 * reads the commit that the submodule's own `.git` leads to, even if it is told to ignore submodules. In a folder that is
 * granted to a key, that may be a pipe, a device, or anywhere on this machine.
 */
export async function withUnreadSubmodules<T>(
  repository: Repository,
  read: (repository: Repository) => Promise<T>,
): Promise<T> {
  const { roots, top } = repository;
  if (!roots.areGranted) return await read(repository);
  const git = { ...repository.git, cwd: top };
  const submodules = await stagedSubmodules(git);
  if (submodules.length === 0) return await read(repository);

  const folder = await mkdtemp(join(tmpdir(), 'conclave-'));
  try {
    const indexFile = join(folder, 'index');
    await copyIndex(git, indexFile);
    // A split index would be written to the repository in part.
    const settings = [...(git.settings ?? []), ['core.splitIndex', 'false'] as const];
    const own = { indexFile, settings };
    const input = Buffer.from(submodules.map((name) => `${name}\0`).join(''), 'latin1');
    await gitText(['update-index', '--assume-unchanged', '-z', '--stdin'], { ...git, ...own, input });
    return await read({ ...repository, git: { ...repository.git, ...own } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The names of submodules, one character for each byte, since a name need not be UTF-8. */
async function stagedSubmodules(git: GitOptions): Promise<string[]> {
  const found: string[] = [];
  let rest = '';
  await gitText(['ls-files', '--stage', '-z'], {
    ...git,
    take(piece) {
      const entries = (rest + piece.toString('latin1')).split('\0');
      rest = entries.pop() ?? '';
      for (const entry of entries) {
        const [, name] = /^160000 [\da-f]+ 0\t(.*)$/s.exec(entry) ?? [];
        if (name !== undefined) found.push(name);
      }
    },
  });
  return found;
}

async function copyIndex(git: GitOptions, copy: string): Promise<void> {
  const shown = await gitText(['rev-parse', '--git-path', 'index'], git);
  const place = resolve(git.cwd, shown.replace(/\n$/, ''));
  // Others write this folder: the index that git has just read may be a pipe by now, or grow.
  const index = await open(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  const { size, mtimeMs } = await index.stat();
  const { signal } = git;
  const content = index.createReadStream({ end: size - 1 });
  await pipeline(content, createWriteStream(copy), signal ? { signal } : {});
  // Files that are newer than the index are compared by their content; rounded up, it would pass over some.
  const seconds = Math.floor(mtimeMs - 1) / 1_000;
  await utimes(copy, seconds, seconds);
}
