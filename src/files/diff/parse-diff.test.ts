import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDiff } from './parse-diff.ts';

test('reads every line of a hunk with its number on each side', () => {
  const { changes, warnings } = parseDiff(
    [
      'diff --git a/src/a.ts b/src/a.ts',
      'index 1111111..2222222 100644',
      '--- a/src/a.ts',
      '+++ b/src/a.ts',
      '@@ -10,4 +10,5 @@ function total() {',
      ' let sum = 0;',
      '-for (const x of xs) sum += x',
      '+for (const x of xs) sum += x.price;',
      '+log(sum);',
      ' return sum;',
      ' }',
      '\\ No newline at end of file',
      '',
    ].join('\n'),
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual(changes, [
    {
      path: 'src/a.ts',
      status: 'modified',
      kind: 'text',
      hunks: [
        {
          oldStart: 10,
          oldLines: 4,
          newStart: 10,
          newLines: 5,
          heading: 'function total() {',
          lines: [
            { kind: 'context', text: 'let sum = 0;', oldLine: 10, newLine: 10 },
            { kind: 'removed', text: 'for (const x of xs) sum += x', oldLine: 11 },
            { kind: 'added', text: 'for (const x of xs) sum += x.price;', newLine: 11 },
            { kind: 'added', text: 'log(sum);', newLine: 12 },
            { kind: 'context', text: 'return sum;', oldLine: 12, newLine: 13 },
            { kind: 'context', text: '}', oldLine: 13, newLine: 14 },
          ],
        },
      ],
    },
  ]);
});

test('lines inside a hunk that look like headers are lines', () => {
  const { changes } = parseDiff(
    '--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- old comment\n+++ new\n same\n',
  );
  assert.equal(changes.length, 1);
  assert.deepEqual(
    changes[0]?.hunks[0]?.lines.map(({ kind, text }) => [kind, text]),
    [
      ['removed', '-- old comment'],
      ['added', '++ new'],
      ['context', 'same'],
    ],
  );
});

const names: [what: string, diff: string, expected: Record<string, unknown>][] = [
  [
    'a rename without content',
    'diff --git a/old name.ts b/new name.ts\nsimilarity index 100%\nrename from old name.ts\nrename to new name.ts\n',
    { path: 'new name.ts', oldPath: 'old name.ts', status: 'renamed' },
  ],
  [
    'a quoted name with a tab, quotes and bytes of UTF-8',
    'diff --git "a/t\\ta\\"b\\303\\274.txt" "b/t\\ta\\"b\\303\\274.txt"\nnew file mode 100644\n',
    { path: 't\ta"bü.txt', status: 'added' },
  ],
  [
    'a name with spaces, ended by a tab',
    '--- a/my file.txt\t\n+++ b/my file.txt\t\n@@ -1 +1 @@\n-a\n+b\n',
    { path: 'my file.txt', status: 'modified' },
  ],
  [
    'names followed by dates, from plain diff',
    '--- old/x.c\t2024-01-01 10:00:00.000 +0000\n+++ new/x.c\t2024-01-02 10:00:00.000 +0000\n@@ -1 +1 @@\n-a\n+b\n',
    { path: 'new/x.c', oldPath: 'old/x.c', status: 'renamed' },
  ],
  [
    'a binary file whose name contains the separator',
    'diff --git a/x b/y.png b/x b/y.png\nindex 1..2 100644\nBinary files a/x b/y.png and b/x b/y.png differ\n',
    { path: 'x b/y.png', kind: 'binary' },
  ],
  [
    'a change of mode',
    'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
    { path: 'run.sh', status: 'modified', mode: { from: '100644', to: '100755' } },
  ],
  [
    'a deleted file',
    'diff --git a/b/x.ts b/b/x.ts\ndeleted file mode 100644\n--- a/b/x.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n',
    { path: 'b/x.ts', status: 'deleted' },
  ],
  [
    'names without a prefix, in a folder that looks like one',
    'diff --git b/x.ts b/x.ts\n--- b/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-x\n+y\n',
    { path: 'b/x.ts', status: 'modified' },
  ],
  [
    'the prefixes for index and working tree',
    'diff --git i/x.ts w/x.ts\n--- i/x.ts\n+++ w/x.ts\n@@ -1 +1 @@\n-x\n+y\n',
    { path: 'x.ts', status: 'modified' },
  ],
  [
    'a submodule',
    'diff --git a/lib b/lib\nindex 1111111..2222222 160000\n--- a/lib\n+++ b/lib\n@@ -1 +1 @@\n-Subproject commit 1\n+Subproject commit 2\n',
    { path: 'lib', kind: 'submodule' },
  ],
  [
    'headers with carriage returns',
    'diff --git a/x.ts b/x.ts\r\n--- a/x.ts\r\n+++ b/x.ts\r\n@@ -1 +1 @@\r\n-x\r\n+y\r\n',
    { path: 'x.ts', status: 'modified' },
  ],
];

for (const [what, diff, expected] of names) {
  test(`parses ${what}`, () => {
    const { changes } = parseDiff(diff);
    assert.equal(changes.length, 1);
    for (const [key, value] of Object.entries(expected))
      assert.deepEqual(Reflect.get(changes[0] ?? {}, key), value, key);
  });
}

test('a hunk with wrong counts is read whole and reported', () => {
  const { changes, warnings } = parseDiff(
    '--- a/x\n+++ b/x\n@@ -1,9 +1,1 @@\n a\n+b\n+c\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n',
  );
  assert.deepEqual(
    changes.map(({ path, hunks }) => [path, hunks[0]?.lines.length]),
    [
      ['x', 3],
      ['y', 2],
    ],
  );
  assert.equal(warnings.length, 1);
});

test('the signature of a mailed patch is not a removed line', () => {
  const patch = (subject: string, path: string) =>
    `From 1234 Mon Sep 17 00:00:00 2001\nSubject: [PATCH] ${subject}\n\n---\n ${path} | 2 +-\n 1 file changed\n\n` +
    `diff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n-- \n2.47.3\n\n`;
  const { changes, warnings } = parseDiff(patch('one', 'x') + patch('two', 'y'));
  assert.deepEqual(
    changes.map(({ path, hunks }) => [path, hunks[0]?.lines.map(({ text }) => text)]),
    [
      ['x', ['a', 'b']],
      ['y', ['a', 'b']],
    ],
  );
  assert.deepEqual(warnings, []);
  const list = parseDiff('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n-c\n');
  assert.equal(list.changes[0]?.hunks[0]?.lines.length, 4);
});

test('a merge of several parents is left out, not misread', () => {
  const { changes, leftOut } = parseDiff(
    'diff --cc a.ts\nindex 1,2..3\n--- a/a.ts\n+++ b/a.ts\n@@@ -1,1 -1,1 +1,1 @@@\n- a\n -b\n++c\n',
  );
  assert.deepEqual(changes, []);
  assert.deepEqual(
    leftOut.map(({ path, reason }) => [path, reason]),
    [['a.ts', 'merge']],
  );
});

test('a path that is not merged is left out, unless the diff has its changes', () => {
  const { changes, leftOut } = parseDiff(
    '* Unmerged path a b.ts\n* Unmerged path c.ts\n--- a/c.ts\n+++ b/c.ts\n@@ -1 +1 @@\n-a\n+b\n',
  );
  assert.deepEqual(
    changes.map(({ path }) => path),
    ['c.ts'],
  );
  assert.deepEqual(
    leftOut.map(({ path, reason }) => [path, reason]),
    [['a b.ts', 'merge']],
  );
});

test('text without a diff is refused, and empty text means no change', () => {
  assert.throws(() => parseDiff('please review my code'), { code: 'invalid_request', message: /git diff/ });
  assert.deepEqual(parseDiff(''), { changes: [], leftOut: [], warnings: [] });
});
