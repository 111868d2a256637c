import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../test/support/until.ts';
import { ConclaveError } from '../core/errors.ts';
import { openRetryQueue } from './retry-queue.ts';
import { openWriteHealth } from './write-health.ts';

const full = new Error('database or disk is full');

/** A database whose disk is full until `free()`, and what was written to it. */
function fullDisk() {
  const health = openWriteHealth();
  const written: string[] = [];
  let isFull = true;
  const write = (name: string) => async () => {
    if (isFull) {
      health.failed(full);
      throw full;
    }
    written.push(name);
    health.wrote();
  };
  return { health, written, write, free: () => (isFull = false) };
}

test('whoever waits too long for a write is told, and it is written all the same', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = openRetryQueue(health, write('probe'), 0);
  t.after(() => unwritten.close());
  await assert.rejects(unwritten.keep(write('a'), { error: full }), full);
  assert.equal(unwritten.count, 1);
  free();
  await until(() => unwritten.count === 0, 'nothing is kept any more');
  assert.deepEqual(written, ['a']);
  assert.equal(health.failure, undefined);
});

test('with nothing kept, a small write finds out that the database takes writes again', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = openRetryQueue(health, write('probe'));
  t.after(() => unwritten.close());
  health.failed(full);
  free();
  await until(() => health.failure === undefined, 'the database is well again');
  assert.deepEqual(written, ['probe']);
});

test('a write that any other goes well brings is tried with it, in the order in which they were kept', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = openRetryQueue(health, write('probe'));
  t.after(() => unwritten.close());
  const kept = ['a', 'b', 'c'].map((name) => unwritten.keep(write(name), { error: full }));
  free();
  await write('another')();
  await Promise.all(kept);
  assert.deepEqual(written, ['another', 'a', 'b', 'c']);
});

test('what the database refuses for its own sake is not tried again and again', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = openRetryQueue(health, write('probe'));
  t.after(() => unwritten.close());
  let tries = 0;
  const bad = unwritten.keep(
    async () => {
      tries += 1;
      throw new ConclaveError('internal', 'There is no such call.');
    },
    { error: full },
  );
  free();
  await assert.rejects(bad, full, 'and its caller is told why it was not written at first');
  await unwritten.keep(write('good'), { error: full });
  assert.deepEqual([tries, written], [1, ['good']]);
});

test('what is kept is tried a last time when the store is closed, and who still waits is told', async () => {
  const { health, written, write, free } = fullDisk();
  const unwritten = openRetryQueue(health, write('probe'));
  const first = unwritten.keep(write('a'), { error: full });
  free();
  await unwritten.close();
  await first;
  assert.deepEqual(written, ['a']);

  const stillFull = fullDisk();
  const other = openRetryQueue(stillFull.health, stillFull.write('probe'));
  const lost = assert.rejects(other.keep(stillFull.write('b'), { error: full }), full);
  await other.close();
  await lost;
  await assert.rejects(
    other.keep(stillFull.write('c'), { error: full }),
    full,
    'a closed store keeps nothing',
  );
});
