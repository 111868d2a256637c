import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, asyncProperty, integer, nat, tuple } from 'fast-check';
import { estimateTokens } from '../../core/estimate-tokens.ts';
import type { DiffLine, FileChange } from './change.ts';
import { parseDiff } from './parse-diff.ts';
import { redactChanges } from './redact-changes.ts';
import { renderChange } from './render-diff.ts';
import { splitChanges } from './split-changes.ts';
import { widenHunks } from './widen-hunks.ts';

const file = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`);

/** The diff of `file` with each of these lines replaced. */
function changeOf(changed: readonly number[]): { change: FileChange; newText: string } {
  const hunks = changed.map((at) => `@@ -${at},1 +${at},1 @@\n-line ${at}\n+changed ${at}\n`).join('');
  const { changes } = parseDiff(`--- a/x.ts\n+++ b/x.ts\n${hunks}`);
  const newText = file.map((line, at) => (changed.includes(at + 1) ? `changed ${at + 1}` : line)).join('\n');
  assert.ok(changes[0]);
  return { change: changes[0], newText };
}

const shown = (change: FileChange) =>
  change.hunks.map(({ oldStart, oldLines, newStart, newLines }) => [oldStart, oldLines, newStart, newLines]);

test('a hunk is widened by the lines around it, within the file', () => {
  const { change, newText } = changeOf([2, 20]);
  assert.deepEqual(shown(widenHunks(change, newText, 3)), [
    [1, 5, 1, 5],
    [17, 7, 17, 7],
  ]);
});

test('hunks that touch after widening become one', () => {
  const { change, newText } = changeOf([10, 14]);
  const wide = widenHunks(change, newText, 3);
  assert.deepEqual(shown(wide), [[7, 11, 7, 11]]);
  assert.deepEqual(
    wide.hunks[0]?.lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text),
    newText.split('\n').slice(6, 17),
  );
});

test('added and removed lines shift what follows', () => {
  const { changes } = parseDiff(
    '--- a/x\n+++ b/x\n@@ -1,0 +2,2 @@\n+new 1\n+new 2\n@@ -9 +10,0 @@\n-line 9\n',
  );
  const newText = ['line 1', 'new 1', 'new 2', ...file.slice(1, 8), ...file.slice(9)].join('\n');
  assert.ok(changes[0]);
  const wide = widenHunks(changes[0], newText, 1);
  assert.deepEqual(shown(wide), [
    [1, 2, 1, 4],
    [8, 3, 10, 2],
  ]);
});

test('a diff that does not match the file is left as it was', () => {
  const { change } = changeOf([10]);
  assert.equal(widenHunks(change, 'something\nelse\n', 3), change);
});

test('a rendered change has the line numbers of the file', () => {
  const { change } = changeOf([10]);
  assert.equal(
    renderChange(change),
    '=== modified x.ts\n--- a/x.ts\n+++ b/x.ts\n@@ -10,1 +10,1 @@\n10 -line 10\n10 +changed 10',
  );
});

test('parts fit their budget and contain every changed line once, in order, with its number', async () => {
  const shape = array(tuple(nat(20), integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 6 });
  await assertProperty(
    asyncProperty(
      array(shape, { minLength: 1, maxLength: 4 }),
      integer({ min: 60, max: 2_000 }),
      async (files, budget) => {
        const changes = files.map((hunks, at) => bigChange(`file${at}.ts`, hunks));
        const { parts } = await splitChanges(changes, budget);
        const linesOf = (all: readonly FileChange[]) =>
          all.flatMap(({ path, hunks }) =>
            hunks.flatMap(({ lines }) => lines.map((line) => ({ path, ...line }))),
          );
        assert.deepEqual(linesOf(parts.flatMap((part) => part.changes)), linesOf(changes));
        for (const part of parts) {
          assert.ok(part.tokens <= budget, `${part.tokens} of ${budget}`);
          for (const hunk of part.changes.flatMap(({ hunks }) => hunks)) assertNumbers(hunk.lines, hunk);
        }
      },
    ),
    { numRuns: 40 },
  );
});

test('a whole file goes into one part if it fits, and small changes share a part', async () => {
  const changes = [bigChange('a.ts', [[3, 5]]), bigChange('b.ts', [[3, 5]]), bigChange('c.ts', [[3, 200]])];
  const { parts } = await splitChanges(
    changes,
    estimateTokens(renderChange(bigChange('c.ts', [[3, 200]]))) * 2,
  );
  assert.deepEqual(
    parts.map((part) => part.changes.map(({ path }) => path)),
    [['a.ts', 'b.ts', 'c.ts']],
  );
});

test('a line of data is cut and listed', async () => {
  const { changes } = parseDiff(`--- a/x.json\n+++ b/x.json\n@@ -1 +1 @@\n-a\n+${'9'.repeat(50_000)}\n`);
  const { parts, leftOut } = await splitChanges(changes, 4_000);
  assert.equal(parts.length, 1);
  assert.ok((parts[0]?.tokens ?? 0) <= 4_000);
  assert.equal(leftOut[0]?.reason, 'cut');
  assert.match(parts[0]?.changes[0]?.hunks[0]?.lines[1]?.text ?? '', /\[cut: 48000 characters\]$/);
});

test('a secret in a diff is replaced, its place is reported and every line keeps its number', async () => {
  const body = 'aB3dE5fG7hJ9kL2mN4pQ6rS8tUaB3dE5fG7hJ9kL2mN4pQ6rS8tUaB3dE5fG7hJ9';
  const key = ['-----BEGIN PRIVATE KEY-----', body, '-----END PRIVATE KEY-----'];
  const added = ['const key = `', ...key, '`;'].map((line) => `+${line}\n`).join('');
  const { changes } = parseDiff(`--- a/x.ts\n+++ b/x.ts\n@@ -4,1 +4,6 @@\n before\n${added}`);
  const redacted = await redactChanges(changes);
  assert.deepEqual(redacted.redactions, [{ path: 'x.ts', kind: 'private key', line: 6, added: true }]);
  assert.deepEqual(
    redacted.changes[0]?.hunks[0]?.lines.map(({ text }) => text),
    ['before', 'const key = `', '[redacted: private key]', '', '', '`;'],
  );
});

function bigChange(path: string, hunks: readonly (readonly [gap: number, lines: number])[]): FileChange {
  let at = 0;
  const text = hunks.map(([gap, lines]) => {
    const start = at + gap + 1;
    at = start + lines;
    const body = Array.from({ length: lines }, (_, n) => `-before ${start + n}\n+after ${start + n}\n`).join(
      '',
    );
    return `@@ -${start},${lines} +${start},${lines} @@ function name() {\n${body}`;
  });
  const { changes } = parseDiff(`--- a/${path}\n+++ b/${path}\n${text.join('')}`);
  assert.ok(changes[0]);
  return changes[0];
}

function assertNumbers(lines: readonly DiffLine[], hunk: { oldStart: number; newStart: number }): void {
  const firstOld = lines.find((line) => line.kind !== 'added');
  const firstNew = lines.find((line) => line.kind !== 'removed');
  if (firstOld) assert.equal(firstOld.oldLine, hunk.oldStart);
  if (firstNew) assert.equal(firstNew.newLine, hunk.newStart);
}

test('lines that differ only in their ends are named in the heading', () => {
  const heading = (diff: string) => {
    const { changes } = parseDiff(`--- a/x\n+++ b/x\n${diff}`);
    return changes.map(renderChange).join('').split('\n')[0];
  };
  assert.equal(
    heading('@@ -1,2 +1,2 @@\n-a\r\n-b\r\n+a\n+b\n'),
    '=== modified x (the ends of 2 lines changed from CRLF to LF)',
  );
  assert.equal(
    heading('@@ -1,2 +1,2 @@\n-a\n+a\r\n b\n'),
    '=== modified x (the end of 1 line changed from LF to CRLF)',
  );
  assert.equal(heading('@@ -1 +1 @@\n-a\r\n+b\r\n'), '=== modified x');
});
