import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository, type TestRepository } from '../../../test/support/git-repository.ts';
import { openRoots } from '../roots.ts';
import { openRepository } from './open-repository.ts';
import { readChanges, type ChangeRequest } from './read-changes.ts';

const everything: ChangeRequest = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true };

async function changesIn(
  { folder }: TestRepository,
  paths: string[],
  { request = everything, base = folder }: { request?: ChangeRequest; base?: string } = {},
) {
  const roots = { ...(await openRoots([folder])), base };
  return await readChanges(await openRepository(roots), request, { paths });
}

async function changed(...args: Parameters<typeof changesIn>): Promise<string[]> {
  return (await changesIn(...args)).changes.map(({ path }) => path).sort();
}

test('globs select staged, unstaged and untracked changes', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'top.js': 'a\n', 'src/q/a.js': 'a\n', 'src/q/b.ts': 'a\n' });
  repository.commit();
  repository.write({ 'top.js': 'b\n', 'src/q/a.js': 'b\n', 'src/q/b.ts': 'b\n', 'src/new.js': 'n\n' });
  repository.git('add', 'src/q/a.js');
  const read = (...paths: string[]) => changed(repository, paths);
  assert.deepEqual(await read('*.js'), ['top.js']);
  assert.deepEqual(await read('**/*.js'), ['src/new.js', 'src/q/a.js', 'top.js']);
  assert.deepEqual(await read('src/**'), ['src/new.js', 'src/q/a.js', 'src/q/b.ts']);
  assert.deepEqual(await read('src/**/*.{ts,tsx}', 'top.js'), ['src/q/b.ts', 'top.js']);
  assert.deepEqual(await read(join(repository.folder, 'src/*.js')), ['src/new.js']);
});

test('globs select the changes of a range; a file renamed out of their folder counts as deleted', async (t) => {
  const repository = gitRepository(t);
  const text = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');
  repository.write({ 'old/a.ts': text, 'b.js': 'b\n' });
  repository.commit();
  repository.git('mv', 'old', 'new');
  repository.write({ 'b.js': 'c\n' });
  repository.commit();
  const request = { kind: 'range', range: 'HEAD~1..HEAD' } as const;
  assert.deepEqual(await changed(repository, ['old/*'], { request }), ['old/a.ts']);
  assert.deepEqual(await changed(repository, ['*.js'], { request }), ['b.js']);
});

test('names that git cannot be given, and those that no file can have, are invalid requests', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n' });
  repository.commit();
  repository.write({ 'a.ts': 'b\n' });
  const many = Array.from({ length: 30_000 }, (_, n) => `${'folder/'.repeat(20)}${n}.ts`);
  await assert.rejects(changed(repository, many), {
    code: 'invalid_request',
    message: /^git [\w-]+ cannot be given these names/,
  });
  for (const [path, message] of [
    ['x'.repeat(300_000), /^Cannot read "x{200}…": no path is that long\.$/],
    [`${'x'.repeat(300_000)}/*`, /no path is that long/],
    [`${'é'.repeat(65_000)}/*`, /no path is that long/],
    ['a\0b.ts', /^Cannot read "a\\u0000b\.ts": a path cannot hold a zero byte\.$/],
  ] as const) {
    const refusal = { code: 'invalid_request', message, details: { param: 'files' } };
    await assert.rejects(changed(repository, [path]), refusal);
  }
  await assert.rejects(changed(repository, ['x'.repeat(5_000)]), {
    code: 'not_found',
    message: /^Cannot read x{200}…: no file of this repository matches it\.$/,
  });
});

test("globs are relative to the caller's own folder", async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'top.js': 'a\n', 'p/in.js': 'a\n' });
  const base = join(repository.folder, 'p');
  assert.deepEqual(await changed(repository, ['*.js'], { base }), ['p/in.js']);
  assert.deepEqual(await changed(repository, ['../*.js'], { base }), ['top.js']);
});

test('a name with glob characters is a file if there is or was one', async (t) => {
  const repository = gitRepository(t);
  repository.write({ '[id].tsx': 'a\n', 'i.tsx': 'a\n', '[gone].tsx': 'a\n', 'src/[id]/page.tsx': 'a\n' });
  repository.commit();
  repository.write({ '[id].tsx': 'b\n', 'i.tsx': 'b\n', 'src/[id]/page.tsx': 'b\n' });
  rmSync(join(repository.folder, '[gone].tsx'));
  assert.deepEqual(await changed(repository, ['[id].tsx']), ['[id].tsx']);
  assert.deepEqual(await changed(repository, ['[gone].tsx']), ['[gone].tsx']);
  assert.deepEqual(await changed(repository, ['src/[id]']), ['src/[id]/page.tsx']);
});

test('a glob that takes too long to match is refused, whatever it is matched against', async (t) => {
  const repository = gitRepository(t);
  const long = 'a'.repeat(60);
  repository.write({ [long]: 'a\n', 'b.ts': 'b\n' });
  const refused = { code: 'invalid_request', message: /takes too long/ };
  const stars = `${'*a'.repeat(10)}*b`;
  await assert.rejects(changed(repository, [stars]), refused, 'an untracked change');
  repository.git('add', '--all');
  await assert.rejects(changed(repository, [stars]), refused, 'a staged change');
  repository.commit();
  repository.write({ 'b.ts': 'c\n' });
  await assert.rejects(changed(repository, [stars]), refused, 'a file without changes');
  await assert.rejects(changed(repository, ['{a,b}'.repeat(16)]), refused);
});

test('a name that selects files but no change is warned of; one that selects no file is an error', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n', 'b.py': 'b\n', 'gone.ts': 'g\n' });
  repository.commit();
  repository.write({ 'a.ts': 'b\n' });
  rmSync(join(repository.folder, 'gone.ts'));
  const { changes, warnings } = await changesIn(repository, ['*.py', 'b.py', 'a.ts', 'gone.ts']);
  assert.deepEqual(changes.map(({ path }) => path).sort(), ['a.ts', 'gone.ts']);
  assert.deepEqual(warnings, [
    'Nothing in staged, unstaged, untracked changes matches "*.py".',
    'Nothing in staged, unstaged, untracked changes matches "b.py".',
  ]);
  for (const name of ['nope.js', 'lib/**/*.rb', 'nope/']) {
    await assert.rejects(
      changesIn(repository, [name]),
      { code: 'not_found', message: /no file of this repo/ },
      name,
    );
  }
  const staged = { kind: 'uncommitted', staged: true, unstaged: false, untracked: false } as const;
  assert.equal((await changesIn(repository, ['gone.ts'], { request: staged })).warnings.length, 1);
});

test('before the first commit, too, a glob selects changes', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.ts': 'a\n', 'b.js': 'b\n' });
  repository.git('add', 'a.ts');
  assert.deepEqual(await changed(repository, ['*.ts']), ['a.ts']);
  await assert.rejects(changed(repository, ['*.rb']), { code: 'not_found' });
});
