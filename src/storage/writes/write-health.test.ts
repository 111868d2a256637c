import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWriteHealth } from './write-health.ts';

const fullDisk = Object.assign(new Error('database or disk is full'), { errcode: 13 });
const duplicate = Object.assign(new Error('UNIQUE constraint failed'), { errcode: 2067 });

/** How the health changes, and how often its watcher hears of it. */
function watched() {
  const health = openWriteHealth();
  let changes = 0;
  health.watch(() => (changes += 1));
  return { health, changes: () => changes };
}

test('writes fail from the first failure of the database to the next success', () => {
  const { health, changes } = watched();
  const steps = [
    [() => health.wrote(), undefined, 0],
    [() => health.failed(fullDisk), 'storage', 1],
    [() => health.failed(new Error('gone')), 'storage', 1],
    [() => health.wrote(), undefined, 2],
    [() => health.wrote(), undefined, 2],
  ] as const;
  for (const [step, code, heard] of steps) {
    step();
    assert.deepEqual([health.failure?.code, changes()], [code, heard]);
  }
});

test('a write that is at fault itself says nothing about the database', () => {
  const { health, changes } = watched();
  const own = [
    duplicate,
    new TypeError('no'),
    new RangeError('no'),
    Object.assign(new Error(), { code: '23505' }),
  ];
  for (const error of own) {
    health.failed(error);
    assert.deepEqual([health.failure, changes()], [undefined, 0]);
  }
  health.failed(fullDisk);
  for (const error of own) health.failed(error);
  assert.match(health.failure?.toOperator ?? '', /disk is full/, 'nor does it hide an earlier failure');
});
