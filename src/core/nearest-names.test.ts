import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './nearest-names.ts';

test('a typing slip finds the name that was meant', () => {
  assert.deepEqual(nearestNames('sonet', ['sonnet', 'opus', 'haiku']), ['sonnet']);
  assert.deepEqual(nearestNames('allowedHost', ['host', 'port', 'allowedHosts']), ['allowedHosts']);
});

test('a part of a name finds the whole one', () => {
  assert.deepEqual(nearestNames('sonnet', ['claude-sonnet-5', 'gpt-5.4']), ['claude-sonnet-5']);
});

test('nothing near is nothing, not a wild guess', () => {
  assert.deepEqual(nearestNames('zebra', ['claude-sonnet-5', 'gpt-5.4']), []);
});
