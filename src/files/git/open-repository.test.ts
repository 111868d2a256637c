import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gitRepository, type TestRepository } from '../../../test/support/git-repository.ts';
import { tempFolder, writeFiles } from '../../../test/support/temp-folder.ts';
import { appRoots } from '../../composition/tools/app-roots.ts';
import { loadConfig } from '../../config/reading/load-config.ts';
import { grantedRoots } from '../granted-roots.ts';
import { narrowRoots, openRoots } from '../roots.ts';
import { attributesNow } from './git-attributes.ts';
import { openRepository } from './open-repository.ts';
import { readChanges } from './read-changes.ts';

const refused = { code: 'permission', message: /outside the folders that may be read/ };

function secretRepository(t: TestContext): TestRepository {
  const secret = gitRepository(t);
  secret.write({ 'pay.txt': 'PAYROLL alice 90000\n' });
  secret.commit();
  return secret;
}

async function open(folder: string, ...others: string[]) {
  return await openRepository(await openRoots([folder, ...others]), { folder });
}

async function openGranted(folder: string, ...others: string[]) {
  const grants = { team: [folder, ...others] };
  const roots = await grantedRoots(grants, { keyId: 'id', name: 'team' }, '/');
  return await openRepository(await narrowRoots(roots, [folder, ...others]), { folder });
}

test('a .git that leads to a repository outside the roots is refused, unless that is a root too', async (t) => {
  const secret = secretRepository(t);
  const gitFolder = join(secret.folder, '.git');
  const planted: Record<string, (folder: string) => void> = {
    'a file': (folder) => writeFiles(folder, { '.git': `gitdir: ${gitFolder}\n` }),
    'a link': (folder) => symlinkSync(gitFolder, join(folder, '.git')),
    'a folder whose common folder is elsewhere': (folder) =>
      writeFiles(folder, { '.git/HEAD': 'ref: refs/heads/main\n', '.git/commondir': `${gitFolder}\n` }),
  };
  for (const [kind, plant] of Object.entries(planted)) {
    const folder = tempFolder(t, { 'mine.txt': 'mine\n' });
    plant(folder);
    await assert.rejects(open(folder), refused, kind);
    await assert.rejects(openGranted(folder), refused, kind);
    const { head } = await open(folder, secret.folder);
    assert.equal(head, secret.git('rev-parse', 'HEAD').trim(), kind);
  }
});

test('a repository whose working tree is gone is not a repository', async (t) => {
  const repository = secretRepository(t);
  repository.git('config', 'core.worktree', join(tempFolder(t), 'gone'));
  const notFound = { code: 'not_found', message: /is not inside a git repository/ };
  await assert.rejects(open(repository.folder), notFound);
  await assert.rejects(openGranted(repository.folder), notFound);
});

test('a commit by a name that git cannot be given is not found, whatever argument it came in', async (t) => {
  const repository = await open(secretRepository(t).folder);
  for (const name of ['x'.repeat(300_000), 'a\0b', 'nowhere']) {
    const shown = /^git knows no commit called "(x{200}…|a\\u0000b|nowhere)"; name a branch/;
    for (const [request, param] of [
      [{ kind: 'range', range: name }, 'range'],
      [{ kind: 'range', range: `${name}..HEAD` }, 'range'],
      [{ kind: 'range', range: `HEAD...${name}` }, 'range'],
      [{ kind: 'compare', to: name }, 'compare_to'],
    ] as const) {
      const refusal = { code: 'not_found', message: shown, details: { param } };
      await assert.rejects(readChanges(repository, request), refusal);
    }
  }
});

test('worktrees and submodules whose repository is outside the roots are opened', async (t) => {
  const repository = secretRepository(t);
  const worktree = join(tempFolder(t), 'feature');
  repository.git('worktree', 'add', '--quiet', '-b', 'feature', worktree);
  const whole = gitRepository(t);
  whole.git('submodule', '--quiet', 'add', repository.folder, 'below/lib');
  whole.commit();
  for (const folder of [worktree, join(whole.folder, 'below/lib')]) {
    for (const opened of [await open(folder), await openGranted(folder)]) {
      assert.equal(opened.top, folder);
      writeFiles(folder, { 'pay.txt': 'changed\n' });
      const { changes } = await readChanges(opened, { kind: 'range', range: 'HEAD' });
      assert.deepEqual(
        changes.map(({ path }) => path),
        ['pay.txt'],
      );
    }
  }
});

test('a worktree granted to a key may belong to a clone that borrows objects', async (t) => {
  const secret = secretRepository(t);
  const [clone, worktree] = [join(tempFolder(t), 'clone'), join(tempFolder(t), 'feature')];
  secret.git('clone', '--quiet', '--shared', secret.folder, clone);
  secret.git('-C', clone, 'worktree', 'add', '--quiet', '-b', 'feature', worktree);
  assert.equal((await openGranted(worktree)).branch, 'feature');
});

test('a folder below the top of its repository is opened', async (t) => {
  const repository = secretRepository(t);
  repository.write({ 'below/a.ts': 'a\n' });
  const opened = await openGranted(join(repository.folder, 'below'));
  assert.equal(opened.top, repository.folder);
});

test('in folders granted to a key, objects outside of them are refused: alternates and links', async (t) => {
  const secret = secretRepository(t);
  const objects = join(secret.folder, '.git/objects');
  const planted: Record<string, (repository: TestRepository) => void> = {
    alternates: ({ write }) => write({ '.git/objects/info/alternates': `${objects}\n` }),
    'a linked folder': ({ folder }) => {
      rmSync(join(folder, '.git/objects'), { recursive: true });
      symlinkSync(objects, join(folder, '.git/objects'));
    },
    'a linked file': ({ folder }) => {
      mkdirSync(join(folder, '.git/objects/ab'), { recursive: true });
      symlinkSync(join(secret.folder, 'pay.txt'), join(folder, `.git/objects/ab/${'c'.repeat(38)}`));
    },
  };
  for (const [kind, plant] of Object.entries(planted)) {
    const repository = gitRepository(t);
    plant(repository);
    await assert.rejects(openGranted(repository.folder), refused, kind);
    await openGranted(repository.folder, secret.folder);
    // On the user's own machine such clones are usual: `git clone --reference`.
    await open(repository.folder);
  }
});

test("the .git of the user's own working directory may lead anywhere", async (t) => {
  const apart = join(tempFolder(t), 'apart');
  const separate = join(tempFolder(t), 'work');
  execFileSync('git', ['init', '--quiet', `--separate-git-dir=${apart}`, separate]);
  const linked = tempFolder(t);
  symlinkSync(apart, join(linked, '.git'));
  const repository = secretRepository(t);
  const before = join(tempFolder(t), 'before');
  repository.git('worktree', 'add', '--quiet', '-b', 'feature', before);
  const moved = join(tempFolder(t), 'moved');
  renameSync(before, moved);
  for (const folder of [separate, linked, moved]) {
    const { config } = await loadConfig({ env: {}, cwd: folder });
    const roots = appRoots({ config }, { cwd: folder, env: {} });
    const clientRoots = await narrowRoots(await roots.local(), [folder]);
    for (const own of [await roots.command(), await roots.local(), clientRoots]) {
      assert.equal((await openRepository(own)).top, folder);
    }
    const named = { ...config, tools: { ...config.tools, roots: [folder] } };
    const limited = await appRoots({ config: named }, { cwd: folder, env: {} }).command();
    await assert.rejects(openRepository(limited), refused);
  }
});

test('if roots are configured, a separate git folder must be one', async (t) => {
  const [folder, elsewhere] = [join(tempFolder(t), 'work'), join(tempFolder(t), 'apart')];
  execFileSync('git', ['init', '--quiet', `--separate-git-dir=${elsewhere}`, folder]);
  await assert.rejects(open(folder), { code: 'permission', message: /tools\.roots/ });
  await open(folder, elsewhere);
});

test("attributes come from the repository's files and the user's settings, not from a file that the repository's settings name", async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  const home = tempFolder(t, {
    attributes: '*.ts linguist-generated\n',
    other: '*.ts -linguist-generated\n',
  });
  const marked = async () => {
    const opened = await open(repository.folder);
    return [...(await attributesNow(opened, ['a.ts'])).generated];
  };
  const environment = process.env['HOME'];
  t.after(() => (process.env['HOME'] = environment));
  process.env['HOME'] = home;
  repository.git('config', 'core.attributesFile', join(home, 'attributes'));
  assert.deepEqual(await marked(), [], 'a repository that someone else wrote could name any file');
  writeFiles(home, { '.gitconfig': `[core]\n\tattributesFile = ~/attributes\n` });
  repository.git('config', 'core.attributesFile', join(home, 'other'));
  assert.deepEqual(await marked(), ['a.ts']);
  writeFiles(home, { '.gitconfig': '', '.config/git/attributes': '*.ts linguist-generated\n' });
  assert.deepEqual(await marked(), ['a.ts']);
});
