import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../test/support/git-repository.ts';
import { until } from '../../../test/support/until.ts';
import { openRoots } from '../roots.ts';
import { openRepository } from './open-repository.ts';
import { readChanges, type ChangeRequest } from './read-changes.ts';
import { gitText, runGit } from './run-git.ts';

const everything: ChangeRequest = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true };

test('git does not wait for ever at a named pipe, and the error says where the pipe is', async (t) => {
  for (const path of [
    '.gitattributes',
    'below/.gitattributes',
    '.gitignore',
    'below/.gitignore',
    '.git/info/attributes',
    '.git/info/exclude',
    '.git/index',
  ]) {
    const repository = gitRepository(t);
    repository.write({ 'a.ts': 'a\n', 'below/b.ts': 'b\n' });
    repository.commit();
    repository.write({ 'a.ts': 'changed\n', 'below/b.ts': 'changed\n', 'below/new.ts': 'new\n' });
    const opened = await openRepository(await openRoots([repository.folder]));
    const pipe = join(repository.folder, path);
    mkdirSync(dirname(pipe), { recursive: true });
    rmSync(pipe, { force: true });
    execFileSync('mkfifo', [pipe]);
    const limited = { ...opened, git: { ...opened.git, timeoutMs: 1000 } };
    await assert.rejects(readChanges(limited, everything), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'request_timeout', path);
      assert.match(error.message, /^git [\w-]+ did not end within 1 s/);
      assert.ok(error.message.includes(`${path} is a named pipe`), `${path}: ${error.message}`);
      return true;
    });
    assert.deepEqual(await processesIn(repository.folder), [], path);
  }
});

test('if git waits at a place outside of the repository, the error says what to look for', async (t) => {
  const repository = gitRepository(t);
  const other = join(repository.folder, 'settings');
  execFileSync('mkfifo', [other]);
  repository.git('config', 'include.path', '../settings');
  await assert.rejects(gitText(['rev-parse', 'HEAD'], { cwd: repository.folder, timeoutMs: 500 }), {
    code: 'request_timeout',
    message: /git rev-parse did not end within 0\.5 s.*git -C .* rev-parse.*named pipe/,
  });
});

test('a cancelled call ends its git process', async (t) => {
  const repository = gitRepository(t);
  execFileSync('mkfifo', [join(repository.folder, '.git/commondir')]);
  const controller = new AbortController();
  const running = runGit(['status'], { cwd: repository.folder, signal: controller.signal });
  const ended = assert.rejects(running, { code: 'cancelled' });
  await until(async () => (await processesIn(repository.folder)).length > 0, 'git to start');
  controller.abort();
  await ended;
  await until(async () => (await processesIn(repository.folder)).length === 0, 'git to end');
});

/** The ids of the processes that work in a folder. A killed process is gone only once it has been waited for. */
async function processesIn(folder: string): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === folder;
    } catch {
      return false;
    }
  });
}
