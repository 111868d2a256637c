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
