import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../../test/support/git-repository.ts';
import { tempFolder } from '../../../../test/support/temp-folder.ts';
import { openRoots } from '../../roots.ts';
import { openRepository } from '../open-repository.ts';

test('in a folder that is granted to a key, nothing is told of what its configuration includes', async (t) => {
  const outside = tempFolder(t, { text: 'no configuration', 'config.git': '[core]\n' });
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  const { folder, git, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n', 'sub/deep/b.ts': 'b\n' });
  commit();
  symlinkSync('../..', join(folder, 'sub/deep/up'));
  git('config', 'extensions.worktreeConfig', 'true');
  const granted = { ...(await openRoots([folder])), areGranted: true };
  const config = join(folder, '.git/config');
  const usual = readFileSync(config, 'utf8');
  const includesOutside = { code: 'permission', message: /^An include of its git configuration leads to/ };
  for (const name of ['pipe', 'text', 'nothing']) {
    const place = join(outside, name);
    const nested = join(folder, 'sub/nested.inc');
    writeFileSync(nested, `[include]\n\tpath = ${place}\n`);
    for (const included of [
      `[include]\n\tpath = ${place}\n`,
      `[INCLUDE] Path = "${place}"`,
      `[includeIf "gitdir:/"]\n\tpath = ${place}\n`,
      `[include]\n\tpath = ../sub/nested.inc\n`,
      `[include]\n\tpath = ../sub/deep/up/../${basename(outside)}/${name}\n`,
      '[include]\n\tpath = ~/nothing\n',
      `[include]\n\tpath = ${place}\n[broken`,
    ]) {
      for (const file of [config, `${config}.worktree`]) {
        writeFileSync(file, file === config ? usual + included : included);
        const expected = included.endsWith('[broken') ? { code: 'invalid_request' } : includesOutside;
        await assert.rejects(openRepository(granted), expected, included);
        writeFileSync(config, usual);
      }
      rmSync(`${config}.worktree`);
    }
  }
  writeFileSync(config, `${usual}[include]\n\tpath = ../shared.inc\n\tpath = gone\n`);
  write({ 'shared.inc': '[core]\n\tabbrev = 12\n' });
  assert.equal((await openRepository(granted)).top, folder);
  writeFileSync(config, `${usual}[include]\n\tpath = config\n`);
  await assert.rejects(openRepository(granted), { code: 'invalid_request', message: /includes more than/ });
  writeFileSync(config, `${usual}[include]\n\tpath = ${join(outside, 'config.git')}\n`);
  const below = { ...(await openRoots([join(folder, 'sub')])), areGranted: true };
  assert.equal((await openRepository(below)).top, folder, 'its owner wrote that');
  assert.equal((await openRepository(await openRoots([folder]))).top, folder);
});
