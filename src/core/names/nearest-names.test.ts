import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestNames } from './nearest-names.ts';

test('finds the intended name after a typo', () => {
  assert.deepEqual(nearestNames('sonet', ['sonnet', 'opus', 'haiku']), ['sonnet']);
  assert.deepEqual(nearestNames('allowedHost', ['host', 'port', 'allowedHosts']), ['allowedHosts']);
});

test('finds a name by a part of it', () => {
  assert.deepEqual(nearestNames('sonnet', ['claude-sonnet-5', 'gpt-5.4']), ['claude-sonnet-5']);
});

test('counts two swapped letters as one typo, even before a version', () => {
  assert.deepEqual(nearestNames('haiuk', ['haiku', 'hail']), ['haiku', 'hail']);
  assert.deepEqual(nearestNames('gtp-5', ['claude-opus-5', 'gpt-6-sol', 'gpt-5.4', 'gpt']), [
    'gpt',
    'gpt-5.4',
    'gpt-6-sol',
  ]);
  assert.deepEqual(nearestNames('sonet-5', ['sonnet', 'opus', 'sonar-pro']), ['sonnet']);
});

test('requires more than a common beginning if no version follows', () => {
  assert.deepEqual(nearestNames('max_tokens', ['max_latency_ms', 'max_cost_usd']), []);
  assert.deepEqual(nearestNames('o9', ['o3-pro-deep-research', 'grok-4']), []);
});

test('returns nothing if no name is near', () => {
  assert.deepEqual(nearestNames('lob', ['lab', 'poe']), ['lab']);
  assert.deepEqual(nearestNames('zebra', ['claude-sonnet-5', 'gpt-5.4']), []);
});

test('what no one types as a name is not compared with each of them', () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `feature/branch-${index}`);
  const before = process.threadCpuUsage();
  assert.deepEqual(nearestNames('x'.repeat(300_000), names), []);
  const { user } = process.threadCpuUsage(before);
  assert.ok(user < 1_000_000, `${user / 1_000} ms`);
});
