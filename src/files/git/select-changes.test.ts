import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository, type TestRepository } from '../../../test/support/git-repository.ts';
import { leavesGap } from '../left-out.ts';
import { openRoots } from '../roots.ts';
import { openRepository } from './open-repository.ts';
import { parseDiff } from '../diff/parse-diff.ts';
import { readChanges, type ChangeRequest } from './read-changes.ts';
import { selectChanges } from './select-changes.ts';

const everything: ChangeRequest = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true };
const mark = '// @generated\n';

async function selectedIn({ folder }: TestRepository, request: ChangeRequest = everything) {
  const repository = await openRepository(await openRoots([folder]));
  const { changes, base, end } = await readChanges(repository, request);
  const { leftOut, ...selected } = await selectChanges(changes, { repository, base, end });
  return {
    kept: selected.changes.map(({ path }) => path).sort(),
    leftOut: Object.fromEntries(leftOut.map(({ path, reason }) => [path, reason])),
    gaps: leftOut.filter(leavesGap).map(({ path }) => path),
    warnings: selected.warnings,
  };
}

/** New files, each with a mark that no commit has. */
const newlyMarked = {
  'a.pb.go': 'package api\n',
  'b.ts': 'exec(process.env.CMD)\n',
  'c.ts': `${mark}exec(process.env.CMD)\n`,
  'lib/generated/d.ts': 'd\n',
  'vendor/e.ts': 'e\n',
};

test('a new file that is marked as generated only by the change itself is reviewed, and a warning says so', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'old.ts': 'old\n' });
  repository.commit();
  repository.write({
    ...newlyMarked,
    '.gitattributes': 'b.ts linguist-generated\n',
    'package-lock.json': '{}\n',
  });
  const expected = ['.gitattributes', ...Object.keys(newlyMarked)];
  const check = async (request: ChangeRequest) => {
    const { kept, leftOut, warnings } = await selectedIn(repository, request);
    assert.deepEqual(kept, expected);
    assert.deepEqual(leftOut, { 'package-lock.json': 'lock-file' });
    assert.equal(warnings.length, 1);
    for (const path of Object.keys(newlyMarked)) assert.ok(warnings[0]?.includes(path), path);
    assert.match(warnings[0] ?? '', /only this change marks/);
  };
  await check(everything);
  repository.git('add', '--all');
  await check({ kind: 'uncommitted', staged: true, unstaged: false, untracked: false });
  repository.commit();
  await check({ kind: 'range', range: 'HEAD' });
  await check({ kind: 'compare', to: 'HEAD~1' });
});

test('before the first commit nothing is marked', async (t) => {
  const repository = gitRepository(t);
  repository.write(newlyMarked);
  repository.git('add', 'c.ts');
  assert.deepEqual((await selectedIn(repository)).kept, Object.keys(newlyMarked));
});

test('a mark that a file gets by its change does not hide it, and one that it loses does not either', async (t) => {
  const repository = gitRepository(t);
  repository.write({
    '.gitattributes': 'b.ts linguist-generated\n',
    'a.ts': 'a\n',
    'b.ts': 'b\n',
    'c.ts': 'c\n',
  });
  repository.commit();
  repository.write({
    '.gitattributes': 'c.ts linguist-generated\n',
    'a.ts': `${mark}exec()\n`,
    'b.ts': 'exec()\n',
    'c.ts': 'exec()\n',
  });
  const { kept, leftOut } = await selectedIn(repository);
  assert.deepEqual(kept, ['.gitattributes', 'a.ts', 'b.ts', 'c.ts']);
  assert.deepEqual(leftOut, {});
});

test('what the base marks is left out: its files, its folders and its .gitattributes', async (t) => {
  const repository = gitRepository(t);
  repository.write({
    '.gitattributes': '*.gen.ts linguist-generated\n',
    'api.pb.go': 'package api\n',
    'head.ts': `${mark}one\n`,
    'lib/generated/old.ts': 'old\n',
  });
  repository.commit();
  repository.write({
    'api.pb.go': 'package api2\n',
    'head.ts': `${mark}two\n`,
    'lib/generated/new.ts': 'new\n',
    'new.gen.ts': 'new\n',
  });
  const { kept, leftOut, warnings } = await selectedIn(repository);
  assert.deepEqual(kept, []);
  assert.deepEqual(Object.keys(leftOut).sort(), [
    'api.pb.go',
    'head.ts',
    'lib/generated/new.ts',
    'new.gen.ts',
  ]);
  assert.deepEqual(new Set(Object.values(leftOut)), new Set(['generated']));
  assert.deepEqual(warnings, []);
  repository.git('mv', '-f', 'api.pb.go', 'moved.pb.go');
  rmSync(join(repository.folder, 'head.ts'));
  assert.equal((await selectedIn(repository)).leftOut['moved.pb.go'], 'generated');
});

test('a file that is renamed to a name that marks it is reviewed', async (t) => {
  const repository = gitRepository(t);
  const text = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');
  repository.write({ 'a.ts': text });
  repository.commit();
  repository.git('mv', 'a.ts', 'a.snap');
  repository.write({ 'a.snap': `${text}exec()\n` });
  repository.git('add', '--all');
  assert.deepEqual((await selectedIn(repository)).kept, ['a.snap']);
});

test('many new files that only the change marks are left out and leave a gap', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'old.ts': 'old\n' });
  repository.commit();
  const long = 'export const value = compute(1, 2, 3);\n'.repeat(10_000);
  repository.write({ 'vendor/long.ts': long, 'vendor/short.ts': 'exec()\n' });
  const { kept, leftOut, gaps } = await selectedIn(repository);
  assert.deepEqual(kept, ['vendor/short.ts']);
  assert.deepEqual(leftOut, { 'vendor/long.ts': 'marked-by-change' });
  assert.deepEqual(gaps, ['vendor/long.ts']);
  // What the reason advises.
  repository.write({ '.gitattributes': 'vendor/** linguist-generated\n' });
  repository.git('add', '.gitattributes');
  repository.git('commit', '--quiet', '--message', 'mark');
  const marked = await selectedIn(repository);
  assert.deepEqual(marked.leftOut, { 'vendor/long.ts': 'generated', 'vendor/short.ts': 'generated' });
  assert.deepEqual(marked.gaps, []);
});

test('a file whose lines are hidden by -diff in the .gitattributes of the change leaves a gap', async (t) => {
  const repository = gitRepository(t);
  repository.write({ '.gitattributes': '*.bin -diff\n', Makefile: 'all:\n', 'a.bin': 'a\n' });
  repository.commit();
  repository.write({
    '.gitattributes': '*.bin -diff\nMakefile binary\n*.png binary\n',
    Makefile: 'all: evil\n',
    'a.bin': 'b\n',
    'logo.png': Buffer.from([0, 1]),
  });
  const { leftOut, gaps } = await selectedIn(repository);
  assert.deepEqual(leftOut, { Makefile: 'unreadable', 'a.bin': 'binary', 'logo.png': 'binary' });
  assert.deepEqual(gaps, ['Makefile']);
});

test('a program that begins like a picture or a PDF is text, whatever hides its lines', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'old.ts': 'old\n' });
  repository.commit();
  const programs = { 'bin/a': 'GIF89a=1\nexec\n', 'bin/b': '%PDF-1\nexec\n' };
  repository.write(programs);
  assert.deepEqual((await selectedIn(repository)).kept, Object.keys(programs));
  repository.write({ '.gitattributes': 'bin/* -diff\n' });
  repository.git('add', '--all');
  assert.deepEqual((await selectedIn(repository)).gaps, Object.keys(programs));
});

test('lock files and source maps leave no gap if the change marks them as binary', async (t) => {
  const repository = gitRepository(t);
  repository.write({
    '.gitattributes': 'yarn.lock -diff\npackage-lock.json binary\n*.map binary\n',
    'app.js.map': '{}\n',
    'package-lock.json': '{}\n',
    'yarn.lock': 'x\n',
  });
  repository.git('add', '--all');
  const { leftOut, gaps } = await selectedIn(repository);
  assert.deepEqual(leftOut, {
    'app.js.map': 'minified',
    'package-lock.json': 'lock-file',
    'yarn.lock': 'lock-file',
  });
  assert.deepEqual(gaps, []);
});

test('a generated file of any size is left out by the mark in its first lines', async (t) => {
  const repository = gitRepository(t);
  const rows = 'INSERT INTO t VALUES (1);\n'.repeat(2_700_000);
  repository.write({ 'seed.sql': `-- Code generated by dump 1. DO NOT EDIT.\n${rows}`, 'a.ts': 'a\n' });
  repository.commit();
  repository.write({ 'seed.sql': `-- Code generated by dump 2. DO NOT EDIT.\n${rows}`, 'a.ts': 'b\n' });
  const { kept, leftOut } = await selectedIn(repository);
  assert.deepEqual(kept, ['a.ts']);
  assert.deepEqual(leftOut, { 'seed.sql': 'generated' });
});

test('git is started a few times, however many files have changed', async (t) => {
  const repository = gitRepository(t);
  const generated = (line: string) =>
    Object.fromEntries(
      Array.from({ length: 150 }, (_, n) => [`f${n}.go`, `// Code generated by x. DO NOT EDIT.\n${line}\n`]),
    );
  repository.write(generated('one'));
  repository.commit();
  const pictures = Array.from({ length: 150 }, (_, n) => [`p${n}.png`, Buffer.from([0, n])] as const);
  repository.write({
    ...generated('two'),
    '.gitattributes': '*.png binary\n',
    ...Object.fromEntries(pictures),
  });
  repository.git('add', '--all');
  let started = 0;
  const count = () => void (started += 1);
  subscribe('child_process', count);
  t.after(() => unsubscribe('child_process', count));
  const staged: ChangeRequest = { kind: 'uncommitted', staged: true, unstaged: false, untracked: false };
  const { leftOut, gaps } = await selectedIn(repository, staged);
  assert.equal(Object.keys(leftOut).length, 300);
  assert.deepEqual(gaps, []);
  assert.ok(started > 5 && started < 40, `${started} processes`);
});

test('binary files of any size, also deleted ones, leave no gap if the change marks them as binary', async (t) => {
  const repository = gitRepository(t);
  const film = Buffer.alloc(3 * 1024 * 1024);
  repository.write({ 'old.mp4': film, Notes: 'text\n', 'a.ts': 'a\n' });
  repository.commit();
  rmSync(join(repository.folder, 'old.mp4'));
  rmSync(join(repository.folder, 'Notes'));
  repository.write({
    '.gitattributes': '*.mp4 binary\nNotes -diff\nLarge -diff\n',
    'film.mp4': Buffer.alloc(film.length, Buffer.from([0, 7])),
    Large: 'text\n'.repeat(700_000),
  });
  repository.git('add', '--all');
  const check = async (request: ChangeRequest) => {
    const { leftOut, gaps } = await selectedIn(repository, request);
    assert.deepEqual(leftOut, {
      Large: 'unreadable',
      Notes: 'unreadable',
      'film.mp4': 'binary',
      'old.mp4': 'binary',
    });
    assert.deepEqual(gaps.sort(), ['Large', 'Notes']);
  };
  await check(everything);
  await check({ kind: 'uncommitted', staged: true, unstaged: false, untracked: false });
  repository.commit();
  await check({ kind: 'range', range: 'HEAD' });
  rmSync(join(repository.folder, 'film.mp4'));
  rmSync(join(repository.folder, 'Large'));
  await check({ kind: 'range', range: 'HEAD' });
});

test('in a diff given as text, a file that it adds with a mark is reviewed; one that had the mark is left out', async () => {
  const added = (path: string, text: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+${text}\n`;
  const modified = (path: string, line: string) =>
    `--- a/${path}\n+++ b/${path}\n@@ -1,2 +1,2 @@\n ${line}\n-a\n+b\n`;
  const text = [
    added('vendor/new.ts', 'exec()'),
    added('marked.ts', '// @generated exec()'),
    added('generated/new.ts', 'new'),
    modified('generated/old.ts', 'old'),
    modified('old.ts', '// @generated'),
    modified('third_party/x.c', 'x'),
  ].join('');
  const { changes, leftOut, warnings } = await selectChanges(parseDiff(text).changes);
  assert.deepEqual(
    changes.map(({ path }) => path),
    ['vendor/new.ts', 'marked.ts'],
  );
  assert.deepEqual(
    leftOut.map(({ path }) => path),
    ['generated/new.ts', 'generated/old.ts', 'old.ts', 'third_party/x.c'],
  );
  assert.equal(warnings.length, 1);
});
