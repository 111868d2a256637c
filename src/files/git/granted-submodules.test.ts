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

/** A repository with a submodule in `part/sub` at the commit 1111…; `.git` is up to the test. */
function withSubmodule(t: Parameters<typeof gitRepository>[0]) {
  const repository = gitRepository(t);
  const { folder, git, write } = repository;
  write({ 'part/a.ts': 'a\n' });
  git('add', '.');
  git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},part/sub`);
  git('commit', '--quiet', '--message', 'submodule');
  return { ...repository, part: join(folder, 'part'), sub: join(folder, 'part/sub') };
}

async function changesIn(folder: string, areGranted = true) {
  const { changes, leftOut } = await readChanges(
    await openRepository({ ...(await openRoots([folder])), areGranted }),
    uncommitted,
  );
  return { changes: changes.map(({ path, hunks }) => [path, JSON.stringify(hunks)]), leftOut };
}

test('in folders granted to a key, nothing is told of what the .git of a submodule leads to', async (t) => {
  const outside = tempFolder(t, { token: `${'c0ffee'.repeat(6)}c0ff\n`, text: 'no commit' });
  execFileSync('git', ['init', '--quiet', join(outside, 'repository')]);
  const { folder, part, sub } = withSubmodule(t);
  const own = join(sub, '.git');
  const head = 'ref: refs/heads/t\n';
  const folders = { 'objects/x': '', 'refs/heads/x': '' };
  for (const name of ['token', 'text', 'repository/.git', 'nothing']) {
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
      for (const granted of [folder, part])
        assert.deepEqual(await changesIn(granted), { changes: [], leftOut: [] }, `${name} ${plant}`);
    }
  }
});

test('submodules that are not checked out, gone or nested hinder nobody, and their staged changes are shown', async (t) => {
  const { folder, git, write, sub } = withSubmodule(t);
  write({ 'part/a.ts': 'b\n', 'part/sub/.git': 'gitdir: ../../.git/modules/gone\n' });
  const seen = async (areGranted?: boolean) => {
    const { changes } = await changesIn(folder, areGranted);
    return changes.map(([path]) => path);
  };
  assert.deepEqual(await seen(), ['part/a.ts']);
  git('update-index', '--cacheinfo', `160000,${'2'.repeat(40)},part/sub`);
  assert.deepEqual(await seen(), ['part/a.ts', 'part/sub']);
  write({ 'part/b.ts': 'b\n' });
  git('add', 'part/b.ts');
  write({ 'part/b.ts': 'c\n' });
  assert.deepEqual(await seen(), ['part/a.ts', 'part/sub', 'part/b.ts', 'part/b.ts']);
  git('reset', '--hard', '--quiet');
  rmSync(sub, { recursive: true });
  execFileSync('git', ['clone', '--quiet', folder, sub]);
  assert.deepEqual([await seen(), await seen(false)], [[], ['part/sub']]);
});

test('a working tree that is a file is none', async (t) => {
  const { folder, git, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  git('config', 'core.worktree', join(folder, 'a.ts'));
  await assert.rejects(openRepository(await openRoots([folder])), { code: 'not_found' });
});
