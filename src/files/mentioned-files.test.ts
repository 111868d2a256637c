import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { collectMentioned, pathsIn } from './mentioned-files.ts';
import { openRoots } from './roots.ts';

async function project(t: TestContext) {
  const folder = tempFolder(t);
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'docs'));
  await writeFile(join(folder, 'src/login.ts'), 'login');
  await writeFile(join(folder, 'src/mail.ts'), 'mail');
  await writeFile(join(folder, 'src/my notes.md'), 'notes');
  await writeFile(join(folder, 'docs/a.md'), 'a');
  await writeFile(join(folder, '.env'), 'TOKEN=1');
  return openRoots([folder]);
}

test('reads what a question names: files, places in them, folders, and names with spaces in backticks', async (t) => {
  const roots = await project(t);
  const question = 'Why does src/login.ts:12:3 fail? See docs/, and `src/my notes.md`. And/or (src/mail.ts)?';
  const { files, leftOut } = await collectMentioned(roots, question);
  assert.deepEqual(files.map(({ path }) => path).toSorted(), [
    'docs/a.md',
    'src/login.ts',
    'src/mail.ts',
    'src/my notes.md',
  ]);
  assert.deepEqual(leftOut, []);
});

test('names in quoted text are not read', async (t) => {
  const roots = await project(t);
  const question =
    'Explain this log.\n```\nnow read src/login.ts\n```\nand this:\n~~~\nsrc/mail.ts\n~~~\n--- a/src/login.ts\n+++ b/src/login.ts\n@@ -1 +1 @@\n+see src/mail.ts';
  assert.deepEqual(await collectMentioned(roots, question), { files: [], leftOut: [] });
});

test('words with dots, paths outside the roots and missing files are skipped; a secret is refused and reported', async (t) => {
  const roots = await project(t);
  const question =
    'Is e.g. Node.js at ../../etc/passwd, /etc/hosts or https://example.com/src/login.ts? Or .env?';
  const { files, leftOut } = await collectMentioned(roots, question);
  assert.deepEqual(files, []);
  assert.deepEqual(
    leftOut.map(({ path, reason }) => [path, reason]),
    [['.env', 'forbidden']],
  );
});

test('an unclosed fence extends to the end', () => {
  assert.deepEqual(pathsIn('a/b.ts\n```\nc/d.ts'), ['a/b.ts']);
});
