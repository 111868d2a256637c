import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository } from '../../../../test/support/git-repository.ts';
import { tempFolder, writeFiles } from '../../../../test/support/temp-folder.ts';
import { openRoots } from '../../roots.ts';
import { commitNamed, openRepository } from '../open-repository.ts';
import { repositoryRoots } from '../repository-roots.ts';

const leadsOutside = { code: 'permission', message: /^A link in \.git leads to/ };
const refused = { code: 'permission', message: /is a device or a named pipe/ };

test('a repository in whose .git a device or a pipe stands is refused before git reads it', async (t) => {
  for (const path of [
    'info/attributes',
    'info/exclude',
    'commondir',
    'refs/heads/main',
    'refs/tags',
    'shallow',
    'objects/pack/multi-pack-index',
    'objects/info/commit-graph',
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

/** Only the system makes one. */
const blockDevice = readdirSync('/dev', { withFileTypes: true }).find((entry) => entry.isBlockDevice());

test(
  'a repository in whose .git a link to a block device stands is refused',
  { skip: blockDevice === undefined && 'this machine has none' },
  async (t) => {
    const { folder, write, commit } = gitRepository(t);
    write({ 'a.ts': 'a\n' });
    commit();
    symlinkSync(join('/dev', blockDevice?.name ?? ''), join(folder, '.git/shallow'));
    await assert.rejects(openRepository(await openRoots([folder])), refused);
  },
);

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

test('the references of a linked working tree are checked, its own and the shared ones', async (t) => {
  const { folder, write, commit, git } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  const tree = join(tempFolder(t), 'tree');
  git('worktree', 'add', '--quiet', '-b', 'other', tree);
  const own = join(folder, '.git/worktrees/tree');
  mkdirSync(join(own, 'refs/worktree'), { recursive: true });
  execFileSync('mkfifo', [join(own, 'refs/worktree/x')]);
  const roots = await openRoots([folder, tree]);
  const open = () => openRepository(roots, { folder: tree, signal: AbortSignal.timeout(2_000) });
  await assert.rejects(open(), refused);
  writeFileSync(join(own, 'HEAD'), 'ref: refs/worktree/x\n');
  await assert.rejects(open(), refused);

  renameSync(join(own, 'refs/worktree'), join(own, 'elsewhere'));
  symlinkSync('../elsewhere', join(own, 'refs/worktree'));
  await assert.rejects(open(), refused);
  writeFileSync(join(own, 'HEAD'), 'ref: refs/heads/other\n');
  assert.equal((await open()).top, tree);
  execFileSync('mkfifo', [join(folder, '.git/refs/heads/p')]);
  await assert.rejects(open(), refused);
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

/** Other systems do not keep to the limit. */
const onLinux = { skip: process.platform !== 'linux' };
const tooMuchMemory = { code: 'request_too_large', message: /needs more than \d+ MiB of memory/ };

test(
  'what git reads without end where no check looks takes a bounded part of the memory',
  onLinux,
  async (t) => {
    const looksBare = tempFolder(t, { HEAD: 'ref: refs/heads/main\n' });
    symlinkSync('/dev/zero', join(looksBare, 'commondir'));
    await assert.rejects(openRepository(await openRoots([looksBare])), tooMuchMemory);

    const { folder, write, commit } = gitRepository(t);
    write({ 'a.ts': 'a\n' });
    commit();
    const repository = await openRepository(await openRoots([folder]));
    symlinkSync('/dev/zero', join(folder, '.git/endless'));
    await assert.rejects(commitNamed(repository, 'endless'), tooMuchMemory);
  },
);

test('above a .git that is no repository, the one that git goes on to is checked', async (t) => {
  const { folder, write, commit } = gitRepository(t);
  write({ 'below/a.ts': 'a\n' });
  commit();
  mkdirSync(join(folder, 'below/.git'));
  symlinkSync('/dev/zero', join(folder, '.git/commondir'));
  await assert.rejects(openRepository(await openRoots([folder]), { folder: 'below' }), refused);
});

test('a .git that is a pipe, or names its folder from where it stands, is checked', async (t) => {
  const folder = tempFolder(t, { 'tree/a.ts': 'a\n', 'own/HEAD': 'ref: refs/heads/main\n' });
  const roots = await openRoots([folder]);
  const at = join(folder, 'tree/.git');
  execFileSync('mkfifo', [at]);
  await assert.rejects(openRepository(roots, { folder: 'tree' }), refused);
  rmSync(at);
  writeFileSync(at, 'gitdir: ../own\n');
  execFileSync('mkfifo', [join(folder, 'own/config')]);
  await assert.rejects(openRepository(roots, { folder: 'tree' }), refused);
});

test('what .git leads to is looked for where git finds it: behind links, and with the ends of lines cut off', async (t) => {
  const outside = join(tempFolder(t), 'nothing');
  const { folder, git, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  git('config', 'include.path', outside);
  mkdirSync(join(folder, 'deep/dir'), { recursive: true });
  symlinkSync('deep/dir', join(folder, 'l'));
  renameSync(join(folder, '.git'), join(folder, 'deep/g'));
  const granted = { ...(await openRoots([folder])), areGranted: true };
  for (const content of ['gitdir: deep/g\n', 'gitdir: deep/g\r\n', 'gitdir: l/../g\n']) {
    writeFileSync(join(folder, '.git'), content);
    const expected = { code: 'permission', message: /^An include of its git configuration leads/ };
    await assert.rejects(openRepository(granted), expected, content);
  }
  const own = join(folder, 'deep/own');
  mkdirSync(own);
  writeFiles(own, { HEAD: 'ref: refs/heads/main\n', commondir: '../../l/../g\r\n' });
  writeFileSync(join(folder, '.git'), 'gitdir: deep/own\n');
  await assert.rejects(openRepository(granted), { code: 'permission' });
});

test('the branch that HEAD names is checked, also below a link to a folder', async (t) => {
  const { folder, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  const elsewhere = tempFolder(t);
  execFileSync('mkfifo', [join(elsewhere, 'main')]);
  rmSync(join(folder, '.git/refs/heads'), { recursive: true });
  symlinkSync(elsewhere, join(folder, '.git/refs/heads'));
  await assert.rejects(openRepository(await openRoots([folder])), refused);
});

test('in a folder that is granted to a key, nothing is told of what a link in .git leads to', async (t) => {
  const outside = tempFolder(t, { file: '' });
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  const { folder, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  const granted = { ...(await openRoots([folder])), areGranted: true };
  const place = join(folder, '.git/refs/x');
  for (const target of ['pipe', 'file', 'nothing']) {
    symlinkSync(join(outside, target), place);
    await assert.rejects(openRepository(granted), leadsOutside);
    rmSync(place);
  }
});

test('in a folder that is granted to a key, nothing is told of what a folder in .git leads to', async (t) => {
  const names = ['exclude', 'multi-pack-index', 'main'];
  const withPipes = tempFolder(t);
  for (const name of names) execFileSync('mkfifo', [join(withPipes, name)]);
  const withFiles = tempFolder(t, Object.fromEntries(names.map((name) => [name, ''])));
  const { folder, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  const granted = { ...(await openRoots([folder])), areGranted: true };
  for (const name of ['info', 'objects/pack', 'objects', 'refs/heads', 'refs']) {
    const place = join(folder, '.git', name);
    renameSync(place, join(folder, 'kept'));
    for (const target of [withPipes, withFiles, join(withFiles, 'main'), join(withFiles, 'nothing')]) {
      symlinkSync(target, place);
      await assert.rejects(openRepository(granted), leadsOutside, `${name} -> ${target}`);
      rmSync(place);
    }
    renameSync(join(folder, 'kept'), place);
  }
  symlinkSync('../info/exclude', join(folder, '.git/refs/within'));
  assert.equal((await openRepository(granted)).top, folder);
});

test('what the .git above a folder that is granted to a key leads to is its owner’s affair', async (t) => {
  const { folder, write, commit } = gitRepository(t);
  write({ 'below/a.ts': 'a\n' });
  commit();
  const elsewhere = join(tempFolder(t), 'objects');
  renameSync(join(folder, '.git/objects'), elsewhere);
  symlinkSync(elsewhere, join(folder, '.git/objects'));
  const granted = { ...(await openRoots([join(folder, 'below')])), areGranted: true };
  assert.equal((await openRepository(granted)).top, folder);
});

test('in a folder that is granted to a key, nothing is told of what its .gitmodules leads to', async (t) => {
  const outside = tempFolder(t, { text: 'no configuration' });
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  const { folder, write, commit } = gitRepository(t);
  write({ 'a.ts': 'a\n' });
  commit();
  const granted = { ...(await openRoots([folder])), areGranted: true };
  for (const name of ['pipe', 'text', 'nothing']) {
    symlinkSync(join(outside, name), join(folder, '.gitmodules'));
    const expected = { code: 'permission', message: /^The \.gitmodules leads to/ };
    await assert.rejects(openRepository(granted), expected);
    rmSync(join(folder, '.gitmodules'));
  }
  write({ '.gitmodules': '' });
  assert.equal((await openRepository(granted)).top, folder);
});

test('a folder that is laid out like a .git is not read as one', async (t) => {
  const { folder, git } = gitRepository(t);
  git('config', 'core.worktree', '.');
  const pipe = join(tempFolder(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  writeFileSync(
    join(folder, '.git/config'),
    `[core]\n\tbare = false\n\tworktree = .\n[include]\n\tpath = ${pipe}\n`,
  );
  const place = join(tempFolder(t), 'bare');
  renameSync(join(folder, '.git'), place);
  const granted = { ...(await openRoots([place])), areGranted: true };
  await assert.rejects(openRepository(granted, { signal: AbortSignal.timeout(5_000) }), {
    code: 'not_found',
  });
});

test('above a .git that looks like a repository and is none, the one that git goes on to is checked', async (t) => {
  const { folder, write, commit } = gitRepository(t);
  write({ 'below/a.ts': 'a\n' });
  commit();
  symlinkSync('/dev/zero', join(folder, '.git/shallow'));
  const roots = await openRoots([folder]);
  const head = 'ref: refs/heads/main\n';
  const folders = { 'objects/x': '', 'refs/x': '' };
  const lookAlikes: Readonly<Record<string, string>>[] = [
    { HEAD: 'none', ...folders },
    { HEAD: head, 'objects/x': '' },
    { HEAD: head, ...folders, commondir: 'nowhere' },
    { HEAD: 'elsewhere', ...folders },
  ];
  for (const files of lookAlikes) {
    const place = join(folder, 'below/.git');
    rmSync(place, { recursive: true, force: true });
    writeFiles(place, files);
    if (files['HEAD'] === 'elsewhere') {
      rmSync(join(place, 'HEAD'));
      writeFiles(place, { elsewhere: head });
      symlinkSync('elsewhere', join(place, 'HEAD'));
    }
    await assert.rejects(openRepository(roots, { folder: 'below' }), refused);
  }
  rmSync(join(folder, 'below/.git'), { recursive: true });
  execFileSync('git', ['init', '--quiet', join(folder, 'below')]);
  assert.equal((await openRepository(roots, { folder: 'below' })).top, join(folder, 'below'));
});
