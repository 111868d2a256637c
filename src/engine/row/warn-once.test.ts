import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warnOnce } from './warn-once.ts';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, at) => `"messages.${at}.x" was left out.`);

test('a warning that several attempts give is listed once', () => {
  const warnings = ['no seed'];
  warnOnce({ warnings }, ['no seed', 'no user', 'no user']);
  warnOnce({ warnings }, ['no user']);
  assert.deepEqual(warnings, ['no seed', 'no user']);
});

test('of very many warnings a hundred are listed, and the number of the others', () => {
  const warnings: string[] = [];
  warnOnce({ warnings }, numbered(150_000));
  warnOnce({ warnings }, numbered(150_000));
  assert.deepEqual(warnings.slice(0, 100), numbered(100));
  assert.deepEqual(warnings.slice(100), ['149900 more warnings are not listed.']);
});
