import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
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
  const signal = AbortSignal.timeout(20_000);
  const { changes, leftOut } = await readChanges(
    await openRepository({ ...(await openRoots([folder])), areGranted }, { signal }),
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

test('in folders granted to a key, a pipe or a device in the .git of a submodule hinders nobody', async (t) => {
  const { folder, git, part, sub, write } = withSubmodule(t);
  const bytes = Buffer.concat([Buffer.from('part/'), Buffer.of(0xff), Buffer.from('\0')]);
  write({ 'part/a.ts': 'b\n', 'part/b.ts': 'b\n' });
  execFileSync('git', ['update-index', '-z', '--index-info'], {
    cwd: folder,
    input: Buffer.concat([Buffer.from(`160000 ${'1'.repeat(40)} 0\t`), bytes]),
  });
  git('add', 'part/b.ts');
  git('commit', '--quiet', '--message', 'another');
  const subs = [Buffer.from(sub), Buffer.concat([Buffer.from(`${folder}/`), bytes.subarray(0, -1)])];
  const pipe = (place: Buffer) => execFileSync('sh', ['-c', 'cat | xargs -0 mkfifo'], { input: place });
  const plants: readonly ((own: Buffer) => void)[] = [
    (own) => pipe(below(own, 'HEAD')),
    (own) => (writeFileSync(below(own, 'HEAD'), 'ref: refs/heads/t\n'), pipe(below(own, 'refs/heads/t'))),
    (own) => (
      writeFileSync(below(own, 'HEAD'), 'ref: refs/heads/t\n'),
      symlinkSync('/dev/zero', below(own, 'refs/heads/t'))
    ),
    (own) => symlinkSync('/dev/zero', below(own, 'HEAD')),
  ];
  for (const split of ['--no-split-index', '--split-index']) {
    git('update-index', split);
    const index = readFileSync(join(folder, '.git/index'));
    for (const plant of plants) {
      for (const place of subs) {
        rmSync(place, { recursive: true, force: true });
        const own = below(place, '.git');
        for (const name of ['objects', 'refs/heads']) mkdirSync(below(own, name), { recursive: true });
        plant(own);
      }
      // Git refreshes its index for a file that was only touched.
      utimesSync(join(folder, 'part/b.ts'), 1, 1);
      for (const granted of [folder, part]) {
        const { changes } = await changesIn(granted);
        assert.deepEqual(
          changes.map(([path]) => path),
          ['part/a.ts'],
          `${plant}`,
        );
      }
    }
    assert.deepEqual(readFileSync(join(folder, '.git/index')), index);
  }
});

function below(folder: Buffer, name: string): Buffer {
  return Buffer.concat([folder, Buffer.from(`/${name}`)]);
}

test('in folders granted to a key, a submodule that is moved is shown', async (t) => {
  const { folder, git, write, commit } = gitRepository(t);
  const library = gitRepository(t);
  library.write({ 'a.ts': 'a\n' });
  library.commit();
  write({ 'b.ts': 'b\n' });
  git('submodule', '--quiet', 'add', library.folder, 'sub');
  commit();
  git('mv', 'sub', 'other');
  const paths = async (areGranted?: boolean) => {
    const { changes } = await changesIn(folder, areGranted);
    return changes.map(([path]) => path);
  };
  assert.deepEqual(await paths(), ['.gitmodules', 'other']);
  assert.deepEqual(await paths(false), ['.gitmodules', 'other']);
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
