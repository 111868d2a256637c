import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gitRepository } from '../../../../test/support/git-repository.ts';
import { tempFolder, writeFiles } from '../../../../test/support/temp-folder.ts';
import { openRoots } from '../../roots.ts';
import { openRepository } from '../open-repository.ts';

/** Each of another kind, which git would tell from the others. */
function placesOutside(t: TestContext): string[] {
  const outside = tempFolder(t, { text: 'no configuration', settings: '[user]\n\tname = x\n' });
  execFileSync('mkfifo', [join(outside, 'pipe')]);
  return ['text', 'settings', 'pipe', 'nothing'].map((name) => join(outside, name));
}

async function isRefused(folder: string, message: RegExp) {
  const granted = { ...(await openRoots([folder])), areGranted: true };
  const signal = AbortSignal.timeout(2_000);
  await assert.rejects(openRepository(granted, { signal }), { code: 'permission', message });
}

/** Text whose `#` is a byte that is no UTF-8. */
function bytes(text: string): Buffer {
  return Buffer.from(Buffer.from(text).map((byte) => (byte === 0x23 ? 0xff : byte)));
}

test('what .git and commondir name ends at a zero byte, as git reads it', async (t) => {
  for (const place of placesOutside(t)) {
    const { folder, git } = gitRepository(t);
    const included = /^An include of its git configuration leads/;
    git('config', 'include.path', place);
    const own = join(folder, 'own');
    renameSync(join(folder, '.git'), own);
    writeFileSync(join(folder, '.git'), 'gitdir: own\0\n');
    await isRefused(folder, included);

    rmSync(join(folder, '.git'));
    writeFiles(folder, { '.git/HEAD': 'ref: refs/heads/main\n', '.git/commondir': '../own\0\n' });
    await isRefused(folder, included);

    rmSync(join(folder, '.git'), { recursive: true });
    for (const name of readdirSync(own)) renameSync(join(own, name), join(folder, name));
    writeFileSync(join(folder, '.git'), 'gitdir: \0\n');
    await isRefused(folder, included);
  }
});

/** Plants a `.git` from which git finds a place by a name that is not UTF-8. */
const plants: readonly ((own: string, place: string) => void)[] = [
  function include(own, place) {
    symlinkSync(place, bytes(`${own}/l#`));
    writeFileSync(`${own}/l\u{fffd}`, '');
    appendFileSync(`${own}/config`, bytes('[include]\n\tpath = l#\n'));
  },
  function gitdir(own, place) {
    appendFileSync(`${own}/config`, `[include]\n\tpath = ${place}\n`);
    renameSync(own, bytes(`${own}#`));
    mkdirSync(`${own}\u{fffd}`);
    writeFileSync(own, bytes('gitdir: .git#\n'));
  },
  function gitdirByLink(own, place) {
    appendFileSync(`${own}/config`, `[include]\n\tpath = ${place}\n`);
    renameSync(own, bytes(`${own}#`));
    symlinkSync(bytes('.git#'), `${own}.link`);
    writeFileSync(own, 'gitdir: .git.link\n');
  },
  function commondir(own, place) {
    appendFileSync(`${own}/config`, `[include]\n\tpath = ${place}\n`);
    renameSync(own, bytes(`${own}#`));
    mkdirSync(own);
    writeFileSync(`${own}/HEAD`, 'ref: refs/heads/main\n');
    writeFileSync(`${own}/commondir`, bytes('../.git#\n'));
  },
  function branch(own, place) {
    rmSync(`${own}/refs/heads`, { recursive: true });
    mkdirSync(`${own}/../heads`);
    symlinkSync('../../heads', `${own}/refs/heads`);
    symlinkSync(place, bytes(`${own}/../heads/l#`));
    writeFileSync(`${own}/HEAD`, bytes('ref:\trefs/heads/l#\n'));
  },
  function alternate(own, place) {
    mkdirSync(bytes(`${own}/../l#/00`), { recursive: true });
    symlinkSync(place, bytes(`${own}/../l#/00/x`));
    mkdirSync(`${own}/../l\u{fffd}`);
    writeFileSync(`${own}/objects/info/alternates`, bytes('../../l#\n'));
  },
  function linkInOwn(own, place) {
    symlinkSync(place, bytes(`${own}/l#`));
    mkdirSync(`${own}/l\u{fffd}`);
  },
  function folderInOwn(own, place) {
    mkdirSync(bytes(`${own}/l#`));
    symlinkSync(place, bytes(`${own}/l#/x`));
  },
  function linkedOwn(own, place) {
    symlinkSync(place, `${own}/l`);
    renameSync(own, bytes(`${own}#`));
    mkdirSync(`${own}\u{fffd}`);
    symlinkSync(bytes('.git#'), own);
  },
  function worktree(own, place) {
    mkdirSync(bytes(`${own}/../l#`));
    symlinkSync(place, bytes(`${own}/../l#/.gitmodules`));
    mkdirSync(`${own}/../l\u{fffd}`);
    appendFileSync(`${own}/config`, bytes('[core]\n\tworktree = ../l#\n'));
  },
  function reference(own, place) {
    symlinkSync(place, bytes(`${own}/refs/heads/l#`));
  },
  function folderOfReferences(own, place) {
    mkdirSync(bytes(`${own}/refs/heads/l#`));
    symlinkSync(place, bytes(`${own}/refs/heads/l#/main`));
  },
];

/** Other systems have no such names. */
const onLinux = { skip: process.platform !== 'linux' };

test('in a folder that is granted to a key, a name that is not UTF-8 hides no place', onLinux, async (t) => {
  for (const place of placesOutside(t)) {
    for (const plant of plants) {
      const { folder } = gitRepository(t);
      plant(join(folder, '.git'), place);
      await t.test(plant.name, () => isRefused(folder, /not UTF-8/));
    }
  }
});

test('in a folder that is granted to a key, an include whose name looks like a setting is checked whole', async (t) => {
  for (const place of placesOutside(t)) {
    const { folder, write } = gitRepository(t);
    symlinkSync(place, join(folder, '.git/l\n.path\nwithin'));
    write({ '.git/within': '' });
    appendFileSync(join(folder, '.git/config'), '[includeIf "gitdir:/"]\n\tpath = "l\\n.path\\nwithin"\n');
    await isRefused(folder, /^An include of its git configuration leads/);
  }
});

test('in a folder that is granted to a key, a line separator ends no name of a place with objects', async (t) => {
  for (const place of placesOutside(t)) {
    const { folder } = gitRepository(t);
    mkdirSync(join(folder, 'l\u2028x'));
    symlinkSync(place, join(folder, 'l\u2028x/00'));
    mkdirSync(join(folder, 'l'));
    writeFileSync(join(folder, '.git/objects/info/alternates'), '../../l\u2028x\n');
    await isRefused(folder, /^A link in \.git leads/);
  }
});
