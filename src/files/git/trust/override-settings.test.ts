import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../../test/support/git-repository.ts';
import { tempFolder } from '../../../../test/support/temp-folder.ts';
import { openRoots } from '../../roots.ts';
import { openRepository } from '../open-repository.ts';
import { readChanges } from '../read-changes.ts';

test('in a folder that is granted to a key, no file outside decides which files are ignored', async (t) => {
  const home = tempFolder(t);
  const environment = process.env['HOME'];
  t.after(() => (process.env['HOME'] = environment));
  process.env['HOME'] = home;
  const outside = tempFolder(t, { password: 'hunter2\n' });
  const { folder, git, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n', 'own-rules': 'hunter3\n' });
  symlinkSync(join(outside, 'password'), join(folder, 'rules'));
  commit();
  write({ hunter1: '', hunter2: '', hunter3: '' });
  const roots = await openRoots([folder]);
  const untracked = async (areGranted: boolean) => {
    const repository = await openRepository({ ...roots, areGranted });
    const request = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true } as const;
    const { changes } = await readChanges(repository, request);
    return changes.map(({ path }) => path);
  };
  const usual = readFileSync(join(folder, '.git/config'), 'utf8');
  for (const place of [join(outside, 'password'), 'rules']) {
    git('config', 'core.excludesFile', place);
    assert.deepEqual(await untracked(true), ['hunter1', 'hunter2', 'hunter3']);
    assert.deepEqual(await untracked(false), ['hunter1', 'hunter3']);
  }
  git('config', 'core.excludesFile', 'own-rules');
  assert.deepEqual(await untracked(true), ['hunter1', 'hunter2']);
  process.env['HOME'] = folder;
  git('config', 'core.excludesFile', '~/own-rules');
  assert.deepEqual(await untracked(true), ['hunter1', 'hunter2']);
  git('config', 'include.path', '~/own-settings');
  assert.equal((await openRepository({ ...roots, areGranted: true })).top, folder);
  process.env['HOME'] = home;
  await assert.rejects(untracked(true), { code: 'permission' });
  writeFileSync(join(folder, '.git/config'), usual);
  writeFileSync(join(home, '.gitconfig'), `[core]\n\texcludesFile = ${join(outside, 'password')}\n`);
  assert.deepEqual(await untracked(true), ['hunter1', 'hunter3']);
});
