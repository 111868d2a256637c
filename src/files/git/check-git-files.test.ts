import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../test/support/git-repository.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { openRoots } from '../roots.ts';
import { openRepository } from './open-repository.ts';
import { repositoryRoots } from './repository-roots.ts';

const refused = { code: 'permission', message: /is a device or a named pipe/ };

test('a repository in whose .git a device or a pipe stands is refused before git reads it', async (t) => {
  for (const path of [
    'info/attributes',
    'info/exclude',
    'commondir',
    'refs/heads/main',
    'refs/tags',
    'shallow',
  ]) {
    const { folder, write, commit } = gitRepository(t);
    write({ 'a.ts': 'a\n', 'below/b.ts': 'b\n' });
    commit();
    const place = join(folder, '.git', path);
    const roots = await openRoots([folder]);
    for (const plant of [() => symlinkSync('/dev/zero', place), () => execFileSync('mkfifo', [place])]) {
      rmSync(place, { force: true, recursive: true });
      plant();
      await assert.rejects(openRepository(roots), refused, path);
      await assert.rejects(openRepository({ ...(await repositoryRoots(folder)), areDefault: true }), refused);
      await assert.rejects(openRepository(roots, { folder: 'below' }), refused, path);
    }
  }
});

test('links to files, sockets, work trees and submodules are allowed as before', async (t) => {
  const { folder, write, commit, git } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  const attributes = join(folder, '.git/info/attributes');
  symlinkSync(join(tempFolder(t, { attributes: '*.x -diff\n' }), 'attributes'), attributes);
  symlinkSync('gone', join(folder, '.git/info/sparse-checkout'));
  const tree = join(tempFolder(t), 'tree');
  git('worktree', 'add', '--quiet', '-b', 'other', tree);
  const roots = await openRoots([folder, tree]);
  assert.equal((await openRepository(roots)).top, folder);
  assert.equal((await openRepository(roots, { folder: tree })).top, tree);
  renameSync(attributes, `${attributes}.before`);
  symlinkSync('/dev/zero', attributes);
  await assert.rejects(openRepository(roots, { folder: tree }), refused);
});

test('links to folders are not followed, and what git does not open is not looked at', async (t) => {
  const outside = tempFolder(t);
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  const { folder, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  symlinkSync(outside, join(folder, '.git/refs/elsewhere'));
  symlinkSync('/', join(folder, '.git/refs/all'));
  execFileSync('mkfifo', [join(folder, '.git/tool.pipe')]);
  const roots = await openRoots([folder]);
  assert.equal((await openRepository(roots)).top, folder);
  assert.equal((await openRepository({ ...roots, areDefault: true })).top, folder);
});

test('a repository is looked into although only a folder of it may be read', async (t) => {
  const { folder, write, commit } = gitRepository(t);
  write({ 'below/a.ts': 'a\n' });
  commit();
  symlinkSync('/dev/zero', join(folder, '.git/info/attributes'));
  await assert.rejects(openRepository(await openRoots([join(folder, 'below')])), refused);
});

test('a .git that leads outside the roots is refused without a word about what is there', async (t) => {
  const outside = tempFolder(t, { config: '', 'refs/a': '', 'objects/a': '' });
  for (const name of ['HEAD', 'refs/pipe']) execFileSync('mkfifo', [join(outside, name)]);
  const folder = tempFolder(t, { '.git': `gitdir: ${outside}\n` });
  const roots = await openRoots([folder]);
  await assert.rejects(openRepository(roots, { signal: AbortSignal.timeout(2_000) }), (error: Error) => {
    assert.doesNotMatch(error.message, /pipe/);
    return true;
  });
});
