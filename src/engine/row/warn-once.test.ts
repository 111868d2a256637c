import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstWarnings } from './first-warnings.ts';
import { warnOnce } from './warn-once.ts';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => `"messages.${at}.x" was left out.`);

test('a warning that several attempts give is listed once', () => {
  const warnings = ['no seed'];
  warnOnce({ warnings }, ['no seed', 'no user', 'no user']);
  warnOnce({ warnings }, ['no user']);
  assert.deepEqual(warnings, ['no seed', 'no user']);
});

test('of very many warnings about a request a hundred are listed, and the number of the others', () => {
  const warnings: string[] = [];
  warnOnce({ warnings }, firstWarnings(numbered(150_000)));
  warnOnce({ warnings }, firstWarnings(numbered(150_000)));
  assert.deepEqual(warnings.slice(0, 100), numbered(100));
  assert.deepEqual(warnings.slice(100), ['149900 more warnings are not listed.']);
  assert.equal(firstWarnings(numbered(101)).at(-1), '1 more warning is not listed.');
  assert.deepEqual(firstWarnings([...numbered(100), ...numbered(100)]), numbered(100));
});

test('the warnings of a failed attempt leave room for all that come after it', () => {
  const warnings: string[] = [];
  warnOnce({ warnings }, firstWarnings(numbered(300)));
  const later = ['lab/x did not answer.', 'Retried without the reasoning.'];
  for (const warning of later) warnOnce({ warnings }, [warning]);
  const other = Array.from({ length: 102 }, (_, at) => `lost ${at}`);
  warnOnce({ warnings }, firstWarnings(other));
  assert.deepEqual(warnings, [
    ...numbered(100),
    '200 more warnings are not listed.',
    ...later,
    ...other.slice(0, 100),
    '2 more warnings are not listed.',
  ]);
  const parent: string[] = [];
  warnOnce({ warnings: parent }, warnings);
  assert.deepEqual(parent, warnings);
});
