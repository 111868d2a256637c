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

test('two letters that changed places are one slip, before a version too', () => {
  assert.deepEqual(nearestNames('haiuk', ['haiku', 'hail']), ['haiku', 'hail']);
  assert.deepEqual(nearestNames('gtp-5', ['claude-opus-5', 'gpt-6-sol', 'gpt-5.4', 'gpt']), [
    'gpt',
    'gpt-5.4',
    'gpt-6-sol',
  ]);
  assert.deepEqual(nearestNames('sonet-5', ['sonnet', 'opus', 'sonar-pro']), ['sonnet']);
});

test('a beginning in common is not enough where no version follows', () => {
  assert.deepEqual(nearestNames('max_tokens', ['max_latency_ms', 'max_cost_usd']), []);
  assert.deepEqual(nearestNames('o9', ['o3-pro-deep-research', 'grok-4']), []);
});

test('nothing near is nothing, not a wild guess', () => {
  assert.deepEqual(nearestNames('zebra', ['claude-sonnet-5', 'gpt-5.4']), []);
});
