import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { watchContent } from './watch-content.ts';

async function watched(t: TestContext) {
  const path = join(tempFolder(t), 'conclave.yaml');
  await writeFile(path, 'first');
  let changes = 0;
  const watch = watchContent(path, 'first', () => (changes += 1));
  return {
    path,
    watch,
    /** The number of reported changes after this many looks. */
    async after(looks: number) {
      for (let look = 0; look < looks; look += 1) await watch.look();
      return changes;
    },
  };
}

test('reports a change once, after the file has been stable for one look', async (t) => {
  const { path, after } = await watched(t);
  assert.equal(await after(2), 0);
  await writeFile(path, 'sec');
  assert.equal(await after(1), 0);
  await writeFile(path, 'second');
  assert.equal(await after(1), 0, 'it is still being written');
  assert.equal(await after(1), 1);
  assert.equal(await after(3), 1);
});

test('does not report content that was already loaded, but reports the next change', async (t) => {
  const { path, watch, after } = await watched(t);
  await writeFile(path, 'second');
  await watch.taken();
  assert.equal(await after(3), 0);
  await writeFile(path, 'third');
  assert.equal(await after(3), 1);
});

test('reports that a file disappears and that it returns', async (t) => {
  const { path, after } = await watched(t);
  await rm(path);
  assert.equal(await after(3), 1);
  await writeFile(path, 'first');
  assert.equal(await after(3), 2);
});
