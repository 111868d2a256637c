import { execFileSync } from 'node:child_process';
import { tempFolder, writeFiles } from './temp-folder.ts';

export type TestRepository = {
  readonly folder: string;
  git(...args: string[]): string;
  write(files: Readonly<Record<string, string | Uint8Array>>): void;
  /** Commits everything in the repository. */
  commit(message?: string): void;
};

/** A real, empty git repository with one branch, `main`; it is removed when the test ends. */
export function gitRepository(t: { after(clean: () => void): void }): TestRepository {
  const folder = tempFolder(t);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'protocol.file.allow=always', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...identity },
    });
  git('init', '--quiet', '--initial-branch=main');
  return {
    folder,
    git,
    write: (files) => writeFiles(folder, files),
    commit(message = 'change') {
      git('add', '--all');
      git('commit', '--quiet', '--message', message);
    },
  };
}

const identity = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
};
