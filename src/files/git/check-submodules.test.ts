import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../test/support/git-repository.ts';
import { tempFolder, writeFiles } from '../../../test/support/temp-folder.ts';
import { openRoots } from '../roots.ts';
import { openRepository } from './open-repository.ts';
import { readChanges } from './read-changes.ts';

const uncommitted = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true } as const;

test('in a folder that is granted to a key, nothing is told of what the .git of a submodule leads to', async (t) => {
  const outside = tempFolder(t, { token: `${'c0ffee'.repeat(6)}c0ff\n`, text: 'no commit' });
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  execFileSync('git', ['init', '--quiet', join(outside, 'repository')]);
  const { folder, git, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  git('add', '.');
  git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
  git('commit', '--quiet', '--message', 'submodule');
  const granted = { ...(await openRoots([folder])), areGranted: true };
  const sub = join(folder, 'sub');
  const own = join(sub, '.git');
  const head = 'ref: refs/heads/t\n';
  const folders = { 'objects/x': '', 'refs/heads/x': '' };
  for (const name of ['token', 'text', 'pipe', 'repository/.git', 'nothing']) {
    const place = join(outside, name);
    const plants: readonly (() => void)[] = [
      () => (writeFiles(own, { HEAD: head, ...folders }), symlinkSync(place, join(own, 'refs/heads/t'))),
      () => (writeFiles(own, { HEAD: 'ref: LINK\n', ...folders }), symlinkSync(place, join(own, 'LINK'))),
      () => (writeFiles(own, folders), symlinkSync(place, join(own, 'HEAD'))),
      () => writeFiles(own, { HEAD: head, commondir: place, ...folders }),
      () => writeFileSync(own, `gitdir: ${place}\n`),
      () => symlinkSync(place, own),
    ];
    for (const plant of plants) {
      rmSync(sub, { recursive: true, force: true });
      mkdirSync(sub);
      plant();
      const opened = openRepository(granted, { signal: AbortSignal.timeout(2_000) });
      await assert.rejects(
        opened,
        { code: 'permission', message: /lead.? to a place outside/ },
        `${name} ${plant}`,
      );
    }
  }
  rmSync(sub, { recursive: true });
  mkdirSync(join(folder, '.git/modules'));
  execFileSync('git', [
    'clone',
    '--quiet',
    '--separate-git-dir',
    join(folder, '.git/modules/sub'),
    folder,
    sub,
  ]);
  write({ 'a.ts': 'b\n' });
  commit();
  write({ 'a.ts': 'c\n' });
  const { changes } = await readChanges(await openRepository(granted), uncommitted);
  assert.deepEqual(
    changes.map(({ path }) => path),
    ['a.ts'],
  );
});

test('a working tree that is a file is none', async (t) => {
  const { folder, git, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  git('config', 'core.worktree', join(folder, 'a.ts'));
  await assert.rejects(openRepository(await openRoots([folder])), { code: 'not_found' });
});
