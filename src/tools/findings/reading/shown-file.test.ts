import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownFile } from './shown-file.ts';

test('a file is recognised however a model spells its name', () => {
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
    ['src/a.ts (lines 5355 to 5842 of 5842)', 'src/a.ts'],
    ['./lib/a.ts (for context)', 'lib/a.ts'],
  ] as const) {
    assert.equal(shownFile(name, files), file, name);
  }
});

test('a name that matches two files or none is not guessed', () => {
  assert.equal(shownFile('a.ts', ['src/a.ts', 'lib/a.ts']), undefined);
  assert.equal(shownFile('c.ts', ['src/a.ts']), undefined);
  assert.equal(shownFile('c.ts (lines 1 to 2 of 3)', ['src/a.ts']), undefined);
});

test('a file whose real name ends like a label is recognised', () => {
  const odd = 'a.ts (lines 1 to 2 of 3)';
  assert.equal(shownFile(odd, ['a.ts', odd]), odd);
});
