import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownNames } from './shown-names.ts';

test('names beyond the limit are counted', () => {
  assert.equal(shownNames(['a', 'b'], 2), 'a, b');
  assert.equal(shownNames(['a', 'b', 'c', 'd'], 2), 'a, b and 2 more');
});
