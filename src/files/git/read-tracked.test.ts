import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gitRepository, type TestRepository } from '../../../test/support/git-repository.ts';
import { openRoots } from '../roots.ts';
import { openRepository } from './open-repository.ts';
import { readChanges, type ChangeRequest } from './read-changes.ts';
import { renderChanges } from '../diff/render-diff.ts';

const everything: ChangeRequest = { kind: 'uncommitted', staged: true, unstaged: true, untracked: true };
const twice = (path: string) => `Staged and then changed again, so both changes are shown: ${path}.`;

async function changesIn({ folder }: TestRepository, request = everything, paths: string[] = []) {
  const repository = await openRepository(await openRoots([folder]));
  const read = await readChanges(repository, request, { paths });
  const halves = read.changes.map(({ path, status, half = 'whole' }) => `${half} ${status} ${path}`);
  return { ...read, halves, text: renderChanges(read.changes) };
}

test('what is staged is shown even if the working file undoes it', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.js': 'l1\nl2\nl3\n', 'b.js': 'b\n' });
  repository.commit();
  repository.write({ 'a.js': 'l1\neval(process.argv[2])\nl3\n', 'b.js': 'c\n' });
  repository.git('add', 'a.js');
  repository.write({ 'a.js': 'l1\nl2\nl3\n' });
  const { halves, text, warnings } = await changesIn(repository);
  assert.deepEqual(halves, ['whole modified b.js', 'staged modified a.js', 'unstaged modified a.js']);
  assert.match(text, /modified a\.js \(staged: [^\n]*\n[^=]*2 \+eval/);
  assert.match(text, /modified a\.js \(not staged[^\n]*\n[^=]*2 -eval/);
  assert.deepEqual(warnings, [twice('a.js')]);

  const compared = await changesIn(repository, { kind: 'compare', to: 'main' });
  assert.deepEqual(compared.halves, halves);
  assert.deepEqual((await changesIn(repository, everything, ['b.*'])).warnings, []);
});

test('a staged file that was deleted again, or whose staged deletion was undone, is shown', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'old.js': 'check()\nrun()\n' });
  repository.commit();
  repository.write({ 'new.js': 'eval(x)\n', 'old.js': 'run()\n' });
  repository.git('add', '.');
  repository.write({ 'old.js': 'check()\nrun()\n' });
  rmSync(join(repository.folder, 'new.js'));
  const { halves, text } = await changesIn(repository);
  assert.deepEqual(halves, [
    'staged added new.js',
    'staged modified old.js',
    'unstaged deleted new.js',
    'unstaged modified old.js',
  ]);
  assert.match(text, /\+eval/);
  assert.match(text, /-check/);
});

test('the half of a rename that the working tree hides is shown', async (t) => {
  const repository = gitRepository(t);
  const text = Array.from({ length: 20 }, (_, n) => `line ${n}\n`).join('');
  repository.write({ 'a.js': text });
  repository.commit();
  repository.git('mv', 'a.js', 'b.js');
  repository.write({ 'b.js': 'eval(x)\n' });
  repository.git('add', '.');
  repository.write({ 'b.js': text });
  const { halves } = await changesIn(repository);
  assert.deepEqual(halves.sort(), ['staged added b.js', 'staged deleted a.js', 'unstaged modified b.js']);
});

test('before the first commit, too, both changes are shown', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.js': 'eval(x)\n' });
  repository.git('add', '.');
  repository.write({ 'a.js': 'x\n' });
  assert.deepEqual((await changesIn(repository)).halves, ['staged added a.js', 'unstaged modified a.js']);
});

test('an edit of what a branch has committed is not shown in halves', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.js': 'a\n' });
  repository.commit();
  repository.git('checkout', '--quiet', '-b', 'feature');
  repository.write({ 'a.js': 'b\n' });
  repository.commit();
  repository.write({ 'a.js': 'c\n' });
  const { halves } = await changesIn(repository, { kind: 'compare', to: 'main' });
  assert.deepEqual(halves, ['whole modified a.js']);
});

test('a file of secrets that is staged and deleted again is exposed, and named once', async (t) => {
  const repository = gitRepository(t);
  repository.write({ 'a.js': 'a\n', '.env': 'KEY=1\n' });
  repository.git('add', '--force', '.');
  rmSync(join(repository.folder, '.env'));
  const { exposed, leftOut, text } = await changesIn(repository);
  assert.deepEqual(exposed, ['.env']);
  assert.deepEqual(
    leftOut.map(({ path }) => path),
    ['.env'],
  );
  assert.doesNotMatch(text, /KEY/);
});
