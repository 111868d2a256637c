import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownFile } from './shown-file.ts';

test('a file is known however a model spells its name', () => {
  const files = ['src/a.ts', 'lib/a.ts', 'docs/über uns.md', 'odd/na"me\n.ts', 'back\\slash.ts'];
  for (const [name, file] of [
    ['src/a.ts', 'src/a.ts'],
    ['./src/a.ts', 'src/a.ts'],
    ['b/src/a.ts', 'src/a.ts'],
    ['src\\a.ts', 'src/a.ts'],
    ['/home/somebody/project/src/a.ts', 'src/a.ts'],
    ['über uns.md', 'docs/über uns.md'],
    ['odd/na\\"me\\n.ts', 'odd/na"me\n.ts'],
    ['b/odd/na\\"me\\n.ts', 'odd/na"me\n.ts'],
    ['back\\\\slash.ts', 'back\\slash.ts'],
  ] as const) {
    assert.equal(shownFile(name, files), file, name);
  }
});

test('a name that two files share, or none has, is not guessed', () => {
  assert.equal(shownFile('a.ts', ['src/a.ts', 'lib/a.ts']), undefined);
  assert.equal(shownFile('c.ts', ['src/a.ts']), undefined);
});
