import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../test/support/temp-folder.ts';
import { narrowRoots, openRoots, placesOf, shownPath } from './roots.ts';

test('a client narrows the roots to a folder inside them', async (t) => {
  const folder = tempFolder(t, { 'app/main.ts': '', 'lib/a.ts': '' });
  const roots = await openRoots([folder]);
  assert.deepEqual(await narrowRoots(roots, [join(folder, 'app')]), { folders: [join(folder, 'app')] });
});

test('a client that requests more than the roots gets exactly the roots', async (t) => {
  const folder = tempFolder(t, { 'app/main.ts': '', 'secret/a.ts': '' });
  const roots = await openRoots([join(folder, 'app')]);
  assert.deepEqual(await narrowRoots(roots, [folder, '/']), roots);
  assert.deepEqual(await narrowRoots(roots, [join(folder, 'secret'), '/etc', '/nowhere']), { folders: [] });
});

test('a link cannot widen the roots, and a folder whose name only starts like a root is outside', async (t) => {
  const folder = tempFolder(t, { 'app/main.ts': '', 'app-secret/a.ts': '' });
  symlinkSync(join(folder, 'app-secret'), join(folder, 'app/link'));
  const roots = await openRoots([join(folder, 'app')]);
  assert.deepEqual(await narrowRoots(roots, [join(folder, 'app/link'), join(folder, 'app-secret')]), {
    folders: [],
  });
});

test('a root inside another root is one root', async (t) => {
  const folder = tempFolder(t, { 'app/main.ts': '' });
  assert.deepEqual(await openRoots([join(folder, 'app'), folder, folder]), { folders: [folder] });
});

test('a missing root is a configuration error that names it', async (t) => {
  const missing = join(tempFolder(t), 'gone');
  await assert.rejects(openRoots([missing]), { code: 'configuration', message: /gone/ });
});

test('a shown path finds the same file again, with one root and with several', async (t) => {
  const folder = tempFolder(t, { 'app/src/main.ts': '', 'lib/src/main.ts': '' });
  const one = await openRoots([join(folder, 'app')]);
  const file = join(folder, 'app/src/main.ts');
  assert.equal(shownPath(one, file), 'src/main.ts');
  assert.deepEqual(placesOf(one, 'src/main.ts'), [file]);

  const two = await openRoots([join(folder, 'app'), join(folder, 'lib')]);
  assert.equal(shownPath(two, file), 'app/src/main.ts');
  assert.ok(placesOf(two, 'app/src/main.ts').includes(file));
});
