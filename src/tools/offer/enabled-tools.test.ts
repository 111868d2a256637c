import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enabledTools } from './enabled-tools.ts';
import { tools } from '../index.ts';

test('a disabled tool is not offered', () => {
  const left = enabledTools(tools, ['apilookup', 'tracer']).map(({ name }) => name);
  assert.equal(left.length, tools.length - 2);
  assert.ok(!left.includes('apilookup') && !left.includes('tracer'));
});

test('a disabled name that no tool has is an error with the nearest name', () => {
  assert.throws(
    () => enabledTools(tools, ['planer']),
    /configuration|tools\.disabled\.0: .*"planer".*"planner"/,
  );
});
