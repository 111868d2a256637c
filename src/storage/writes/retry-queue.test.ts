import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../test/support/until.ts';
import { ConclaveError } from '../../core/errors.ts';
import { RetryQueue } from './retry-queue.ts';
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

test('rejects a write that waits too long, and still writes it later', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = new RetryQueue(health, write('probe'), 0);
  t.after(() => unwritten.close());
  await assert.rejects(unwritten.keep({ id: 'a', write: write('a') }, { error: full }), full);
  assert.equal(unwritten.count, 1);
  free();
  await until(() => unwritten.count === 0, 'the queue is empty');
  assert.deepEqual(written, ['a']);
  assert.equal(health.failure, undefined);
});

test('finds out by a small write that the database accepts writes again if nothing is kept', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = new RetryQueue(health, write('probe'));
  t.after(() => unwritten.close());
  health.failed(full);
  free();
  await until(() => health.failure === undefined, 'the database accepts writes again');
  assert.deepEqual(written, ['probe']);
});

test('retries kept writes, in order, after any other write succeeds', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = new RetryQueue(health, write('probe'));
  t.after(() => unwritten.close());
  const kept = ['a', 'b', 'c'].map((name) =>
    unwritten.keep({ id: name, write: write(name) }, { error: full }),
  );
  free();
  await write('another')();
  await Promise.all(kept);
  assert.deepEqual(written, ['another', 'a', 'b', 'c']);
});

test('does not retry a write that is itself at fault', async (t) => {
  const { health, written, write, free } = fullDisk();
  const unwritten = new RetryQueue(health, write('probe'));
  t.after(() => unwritten.close());
  let tries = 0;
  const failing = async () => {
    tries += 1;
    throw new ConclaveError('internal', 'There is no such call.');
  };
  const bad = unwritten.keep({ id: 'bad', write: failing }, { error: full });
  free();
  await assert.rejects(bad, full, 'its caller gets the error of the first attempt');
  await unwritten.keep({ id: 'good', write: write('good') }, { error: full });
  assert.deepEqual([tries, written], [1, ['good']]);
});

test('tries kept writes a last time when closed, rejects callers that still wait, and names what is lost', async () => {
  const { health, written, write, free } = fullDisk();
  const unwritten = new RetryQueue(health, write('probe'));
  const first = unwritten.keep({ id: 'a', write: write('a') }, { error: full });
  free();
  assert.deepEqual(await unwritten.close(), []);
  await first;
  assert.deepEqual(written, ['a']);

  const stillFull = fullDisk();
  const other = new RetryQueue(stillFull.health, stillFull.write('probe'));
  const lost = assert.rejects(other.keep({ id: 'b', write: stillFull.write('b') }, { error: full }), full);
  assert.deepEqual(await other.close(), ['b']);
  await lost;
  await assert.rejects(
    other.keep({ id: 'c', write: stillFull.write('c') }, { error: full }),
    full,
    'a closed queue keeps nothing',
  );
});
