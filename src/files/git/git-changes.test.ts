import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../test/support/git-repository.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { leavesGap } from '../left-out.ts';
import { openRoots } from '../roots.ts';
import type { FileChange } from '../diff/change.ts';
import { openRepository } from './open-repository.ts';
import { readChanges, type ChangeRequest } from './read-changes.ts';
import { selectChanges } from './select-changes.ts';

const everything: ChangeRequest = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true };

async function changesIn(folder: string, request: ChangeRequest = everything, paths?: string[]) {
  const repository = await openRepository(await openRoots([folder]));
  return await readChanges(repository, request, paths ? { paths } : {});
}

const summary = (changes: readonly FileChange[]) =>
  changes.map(({ path, status }) => `${status} ${path}`).sort();

test('staged, unstaged and untracked changes are distinguished and can be requested separately', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'staged.ts': 'a\n', 'unstaged.ts': 'a\n', '.gitignore': '*.log\n' });
  repository.commit();
  repository.write({ 'staged.ts': 'b\n', 'unstaged.ts': 'b\n', 'new.ts': 'n\n', 'noise.log': 'x' });
  repository.git('add', 'staged.ts');
  const read = async (staged: boolean, unstaged: boolean, untracked: boolean) => {
    const request = { kind: 'uncommitted', staged, unstaged, untracked } as const;
    return summary((await changesIn(repository.folder, request)).changes);
  };
  assert.deepEqual(await read(true, false, false), ['modified staged.ts']);
  assert.deepEqual(await read(false, true, false), ['modified unstaged.ts']);
  assert.deepEqual(await read(false, false, true), ['added new.ts']);
  assert.deepEqual(await read(true, true, true), [
    'added new.ts',
    'modified staged.ts',
    'modified unstaged.ts',
  ]);
  await assert.rejects(read(false, false, false), { code: 'invalid_request' });
});

test('a repository before its first commit shows all of its files', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'one\ntwo\n', 'b.ts': 'b\n' });
  repository.git('add', 'a.ts');
  const { changes } = await changesIn(repository.folder);
  assert.deepEqual(summary(changes), ['added a.ts', 'added b.ts']);
  assert.deepEqual(
    changes.flatMap(({ hunks }) => hunks).map(({ newStart, newLines }) => [newStart, newLines]),
    [
      [1, 2],
      [1, 1],
    ],
  );
});

test('an empty repository has no changes', async (t) => {
  assert.deepEqual((await changesIn(gitRepository(t).folder)).changes, []);
});

test('names with line breaks, quotes, tabs, spaces, dashes and other scripts are returned unchanged', async (t) => {
  const repository = gitRepository(t);
  const odd = [
    'new\nline.txt',
    'quo"te.txt',
    'ta\tb.txt',
    'two words.txt',
    '-dash.txt',
    '日本語.txt',
    'ü\\x.txt',
    ':(top)x.txt',
  ];
  repository.write(Object.fromEntries(odd.map((name) => [name, 'a\n'])));
  repository.commit();
  repository.write(Object.fromEntries(odd.map((name) => [name, 'b\n'])));
  repository.write({ 'un\ntracked "x".txt': 'u\n' });
  const { changes } = await changesIn(repository.folder);
  assert.deepEqual(changes.map(({ path }) => path).sort(), [...odd, 'un\ntracked "x".txt'].sort());
  assert.ok(changes.every(({ hunks }) => hunks.length === 1));
  const one = await changesIn(repository.folder, everything, ['new\nline.txt', '-dash.txt', ':(top)x.txt']);
  assert.equal(one.changes.length, 3);
});

test('an untracked file whose name is not UTF-8 is a gap; once it is staged, it is read', async (t) => {
  const repository = gitRepository(t);
  const name = Buffer.concat([
    Buffer.from(`${repository.folder}/caf`),
    Buffer.from([0xe9]),
    Buffer.from('.js'),
  ]);
  writeFileSync(name, 'eval(x)\n');
  const untracked = await changesIn(repository.folder);
  assert.deepEqual(untracked.changes, []);
  assert.deepEqual(untracked.leftOut.map(leavesGap), [true]);
  assert.match(untracked.leftOut[0]?.detail ?? '', /name is not UTF-8/);
  repository.git('add', '--all');
  const staged = await changesIn(repository.folder);
  assert.deepEqual(summary(staged.changes), ['added caf\u{fffd}.js']);
  assert.deepEqual(staged.leftOut, []);
});

test('renames, deletions, modes, binaries, links and submodules are recognised', async (t) => {
  const other = gitRepository(t);
  other.write({ 'lib.c': 'int x;\n' });
  other.commit();
  const repository = gitRepository(t);
  repository.write({
    'old.ts': Array.from({ length: 20 }, (_, n) => `line ${n}`).join('\n'),
    'gone.ts': 'gone\n',
    'run.sh': 'echo\n',
    'logo.png': Buffer.from([0, 1, 2]),
  });
  repository.git('submodule', '--quiet', 'add', other.folder, 'lib');
  repository.commit();
  other.write({ 'lib.c': 'int y;\n' });
  other.commit();
  repository.git('-C', 'lib', 'pull', '--quiet');
  repository.git('mv', 'old.ts', 'new.ts');
  rmSync(join(repository.folder, 'gone.ts'));
  chmodSync(join(repository.folder, 'run.sh'), 0o755);
  repository.write({ 'logo.png': Buffer.from([0, 9]), 'icon.ico': Buffer.from([0, 1]) });
  symlinkSync('/etc/passwd', join(repository.folder, 'link'));

  const { changes } = await changesIn(repository.folder);
  const kinds = changes.map(({ path, kind, status }) => `${path} ${kind} ${status}`).sort();
  assert.deepEqual(kinds, [
    'gone.ts text deleted',
    'icon.ico binary added',
    'lib submodule modified',
    'link symlink added',
    'logo.png binary modified',
    'new.ts text renamed',
    'run.sh text modified',
  ]);
  assert.equal(changes.find(({ path }) => path === 'new.ts')?.oldPath, 'old.ts');
  assert.deepEqual(changes.find(({ path }) => path === 'run.sh')?.mode, { from: '100644', to: '100755' });

  const selected = await selectChanges(changes);
  assert.deepEqual(summary(selected.changes), ['deleted gone.ts', 'modified run.sh', 'renamed new.ts']);
  assert.deepEqual(Object.fromEntries(selected.leftOut.map(({ path, reason }) => [path, reason])), {
    'icon.ico': 'binary',
    lib: 'submodule',
    link: 'not-a-file',
    'logo.png': 'binary',
  });
});

test('generated files and dependencies are left out with a reason and their tokens', async (t) => {
  const repository = gitRepository(t);
  repository.write({
    '.gitattributes': 'schema/** linguist-generated\n',
    'a.ts': 'a\n',
    'api.pb.go': 'package old\n',
    'marked.ts': '// @generated\n',
  });
  repository.commit();
  repository.write({
    'package-lock.json': '{"lockfileVersion": 3}\n',
    'api.pb.go': 'package api\n',
    'schema/types.ts': 'export type A = 1;\n',
    'marked.ts': '// @generated\nexport {};\n',
    'a.ts': 'b\n',
  });
  const opened = await openRepository(await openRoots([repository.folder]));
  const { changes, base, end } = await readChanges(opened, everything);
  const selected = await selectChanges(changes, { repository: opened, base, end });
  assert.deepEqual(summary(selected.changes), ['modified a.ts']);
  assert.deepEqual(Object.fromEntries(selected.leftOut.map(({ path, reason }) => [path, reason])), {
    'api.pb.go': 'generated',
    'marked.ts': 'generated',
    'package-lock.json': 'lock-file',
    'schema/types.ts': 'generated',
  });
  assert.ok(selected.leftOut.every(({ tokens }) => (tokens ?? 0) > 0));
});

test('files with secrets are left out even if git tracks them', async (t) => {
  const repository = gitRepository(t);
  repository.write({ '.env': 'KEY=old\n', id_rsa: 'old\n', '.env.local': 'A=1\nB=2\nC=3\nD=4\n' });
  repository.commit();
  repository.write({ '.env': 'KEY=new\n', id_rsa: 'new\n', 'new.pem': 'x\n' });
  repository.git('mv', '.env.local', 'notes.txt');
  const { changes, leftOut } = await changesIn(repository.folder);
  assert.deepEqual(changes, []);
  assert.deepEqual(leftOut.map(({ path, reason }) => `${reason} ${path}`).sort(), [
    'forbidden .env',
    'forbidden id_rsa',
    'forbidden new.pem',
    'forbidden notes.txt',
  ]);
});

test('a branch is compared from the merge base, including uncommitted work', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.write({ 'feature.ts': 'f\n' });
  repository.commit();
  repository.git('checkout', '--quiet', 'main');
  repository.write({ 'main-only.ts': 'm\n' });
  repository.commit();
  repository.git('checkout', '--quiet', 'feature');
  repository.write({ 'a.ts': 'b\n' });

  const compared = await changesIn(repository.folder, { kind: 'compare', to: 'main' });
  assert.deepEqual(summary(compared.changes), ['added feature.ts', 'modified a.ts']);
  const range = async (range: string) =>
    summary((await changesIn(repository.folder, { kind: 'range', range })).changes);
  assert.deepEqual(await range('main...feature'), ['added feature.ts']);
  assert.deepEqual(await range('main..feature'), ['added feature.ts', 'deleted main-only.ts']);
  assert.deepEqual(await range('main..'), ['added feature.ts', 'deleted main-only.ts']);
  assert.deepEqual(await range('feature'), ['added feature.ts']);
  assert.deepEqual(await range('feature~1'), ['added a.ts']);
});

test('everything works with a detached HEAD', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  repository.git('checkout', '--quiet', '--detach');
  repository.write({ 'a.ts': 'b\n' });
  const opened = await openRepository(await openRoots([repository.folder]));
  assert.equal(opened.branch, undefined);
  assert.deepEqual(summary((await readChanges(opened, everything)).changes), ['modified a.ts']);
});

test('a merge in progress is read like any other change, and left out if only one side is compared', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.write({ 'a.ts': 'feature\n' });
  repository.commit();
  repository.git('checkout', '--quiet', 'main');
  repository.write({ 'a.ts': 'main\n' });
  repository.commit();
  assert.throws(() => repository.git('merge', 'feature'));
  const { changes } = await changesIn(repository.folder);
  assert.deepEqual(summary(changes), ['modified a.ts']);
  assert.ok(changes[0]?.hunks[0]?.lines.some(({ text }) => text.startsWith('<<<<<<<')));
  const unstaged = await changesIn(repository.folder, {
    kind: 'uncommitted',
    staged: false,
    unstaged: true,
    untracked: false,
  });
  assert.deepEqual(
    unstaged.leftOut.map(({ path, reason }) => [path, reason]),
    [['a.ts', 'merge']],
  );
});

test('no repository, an unknown name and an option as a name are typed errors with a remedy', async (t) => {
  const plain = tempFolder(t, { 'a.ts': '' });
  await assert.rejects(changesIn(plain), {
    code: 'not_found',
    message: /not inside a git repository.*pass `diff`/,
  });
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  repository.git('branch', 'feature/login');
  const compare = (to: string) => changesIn(repository.folder, { kind: 'compare', to });
  await assert.rejects(compare('feature/logim'), {
    code: 'not_found',
    message: /did you mean "feature\/login"\?/,
  });
  const escape = join(repository.folder, 'written');
  for (const name of [
    `--output=${escape}`,
    '--ext-diff',
    `-O${escape}`,
    '',
    'HEAD --output=x',
    'HEAD\n--no-index',
  ]) {
    await assert.rejects(compare(name), { code: 'not_found' }, name);
    await assert.rejects(changesIn(repository.folder, { kind: 'range', range: name || '-' }), {
      code: 'not_found',
    });
  }
  assert.ok(!existsSync(escape));
});

test('if the repository extends above the roots, only files inside the roots are read', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'app/a.ts': 'a\n', 'private/b.ts': 'b\n' });
  repository.commit();
  repository.write({
    'app/a.ts': 'x\n',
    'private/b.ts': 'x\n',
    'app/new.ts': 'n\n',
    'private/new.ts': 'n\n',
  });
  const app = join(repository.folder, 'app');
  assert.deepEqual(summary((await changesIn(app)).changes), ['added app/new.ts', 'modified app/a.ts']);
  await assert.rejects(changesIn(app, everything, ['../private']), { code: 'permission' });
});

test("nothing that a repository's own configuration names is started", async (t) => {
  const repository = gitRepository(t);
  const marker = join(tempFolder(t), 'was-run');
  const script = join(repository.folder, '.git/evil.sh');
  repository.write({
    'a.ts': 'a\n',
    'b.bin': 'b\n',
    '.gitattributes': '*.ts filter=a=b diff=evil\n*.bin diff=evil filter=evil\n',
  });
  repository.commit();
  writeFileSync(script, `#!/bin/sh\necho run >> ${marker}\ncat\n`, { mode: 0o755 });
  for (const name of [
    'core.fsmonitor',
    'diff.external',
    'diff.evil.command',
    'diff.evil.textconv',
    'core.pager',
  ]) {
    repository.git('config', name, script);
  }
  for (const name of ['filter.a=b.clean', 'filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process']) {
    repository.git('config', name, script);
  }
  mkdirSync(join(repository.folder, '.git/hooks'), { recursive: true });
  writeFileSync(join(repository.folder, '.git/hooks/post-index-change'), `#!/bin/sh\ntouch ${marker}\n`, {
    mode: 0o755,
  });
  repository.write({ 'a.ts': 'changed\n', 'b.bin': 'changed\n' });
  rmSync(marker, { force: true });

  const { changes } = await changesIn(repository.folder);
  assert.deepEqual(summary(changes), ['modified a.ts', 'modified b.bin']);
  assert.ok(!existsSync(marker), 'a program of the repository was run');
});

test('a repository whose configuration moves its working tree elsewhere is not read there', async (t) => {
  const elsewhere = tempFolder(t, { 'private.txt': 'private' });
  const repository = gitRepository(t);
  repository.git('config', 'core.worktree', elsewhere);
  await assert.rejects(changesIn(repository.folder), { code: 'not_found' });
});

test("the caller's own git variables do not redirect what is read", async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  const other = gitRepository(t);
  other.write({ 'other.ts': 'o\n' });
  process.env['GIT_DIR'] = join(other.folder, '.git');
  t.after(() => delete process.env['GIT_DIR']);
  assert.deepEqual(summary((await changesIn(repository.folder)).changes), ['added a.ts']);
});
