import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { test } from 'node:test';
import { GroupCommit, type Settled } from './group-commit.ts';

/** A queue whose commits wait for `release`, and the batches it was given. */
function heldQueue(maxBatch = 100) {
  const batches: (readonly number[])[] = [];
  let release: () => void = () => undefined;
  const queue = new GroupCommit<number>({
    maxBatch,
    spacingMs: () => 0,
    async commit(batch): Promise<Settled[]> {
      batches.push(batch);
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      return batch.map((work) =>
        work < 0 ? { ok: false, error: `no ${work}` } : { ok: true, value: work * 10 },
      );
    },
  });
  return { queue, batches, release: () => release() };
}

test('commits writes of one turn together, and gives each its own result', async () => {
  const { queue, batches, release } = heldQueue();
  const results = Promise.allSettled([queue.add(1), queue.add(-2), queue.add(3)]);
  await turn();
  await turn();
  release();
  assert.deepEqual(batches, [[1, -2, 3]]);
  assert.deepEqual(await results, [
    { status: 'fulfilled', value: 10 },
    { status: 'rejected', reason: 'no -2' },
    { status: 'fulfilled', value: 30 },
  ]);
});

test('gathers the next group during a commit, in order and no larger than allowed', async () => {
  const { queue, batches, release } = heldQueue(2);
  const all = [1, 2, 3, 4, 5].map((work) => queue.add(work));
  const closed = queue.close();
  while (batches.flat().length < 5) {
    release();
    await turn();
  }
  release();
  await closed;
  assert.deepEqual(batches, [[1, 2], [3, 4], [5]]);
  assert.deepEqual(await Promise.all(all), [10, 20, 30, 40, 50]);
});

test('a failed commit rejects all its writes, and the queue goes on', async () => {
  let broken = true;
  const queue = new GroupCommit<number>({
    maxBatch: 10,
    spacingMs: () => 0,
    async commit(batch) {
      if (broken) throw new Error('disk full');
      return batch.map((value) => ({ ok: true, value }));
    },
  });
  await assert.rejects(Promise.all([queue.add(1), queue.add(2)]), /disk full/);
  broken = false;
  assert.equal(await queue.add(3), 3);
});

test('a closed queue accepts nothing more', async () => {
  const { queue } = heldQueue();
  await queue.close();
  await assert.rejects(queue.add(1), { code: 'storage' });
});
