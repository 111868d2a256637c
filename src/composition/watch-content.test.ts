import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { watchContent } from './watch-content.ts';

async function watched(t: TestContext) {
  const path = join(tempFolder(t), 'conclave.yaml');
  await writeFile(path, 'first');
  let changes = 0;
  const watch = watchContent(path, 'first', () => (changes += 1));
  return {
    path,
    watch,
    /** How many changes have been said after so many looks. */
    async after(looks: number) {
      for (let look = 0; look < looks; look += 1) await watch.look();
      return changes;
    },
  };
}

test('a change is said once, when it has rested for a look', async (t) => {
  const { path, after } = await watched(t);
  assert.equal(await after(2), 0);
  await writeFile(path, 'sec');
  assert.equal(await after(1), 0);
  await writeFile(path, 'second');
  assert.equal(await after(1), 0, 'it is still being written');
  assert.equal(await after(1), 1);
  assert.equal(await after(3), 1);
});

test('what has been taken up already is no change, and the next one is', async (t) => {
  const { path, watch, after } = await watched(t);
  await writeFile(path, 'second');
  await watch.taken();
  assert.equal(await after(3), 0);
  await writeFile(path, 'third');
  assert.equal(await after(3), 1);
});

test('a file that goes away is a change, and so is its return', async (t) => {
  const { path, after } = await watched(t);
  await rm(path);
  assert.equal(await after(3), 1);
  await writeFile(path, 'first');
  assert.equal(await after(3), 2);
});
