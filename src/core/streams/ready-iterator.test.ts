import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachItem, nextOf, over, type ReadyIterator } from './ready-iterator.ts';

/** Has this many numbers ready, then none until its reader has waited. */
class Batches implements ReadyIterator<number>, AsyncIterable<number> {
  waits = 0;
  closed = 0;
  readonly #batches: number[][];
  readonly #end: Error | undefined;

  constructor(batches: number[][], end?: Error) {
    this.#batches = batches;
    this.#end = end;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  ready() {
    const [batch] = this.#batches;
    if (batch) {
      const value = batch.shift();
      return value === undefined ? undefined : { done: false as const, value };
    }
    if (this.#end) throw this.#end;
    return over;
  }

  async arrival(): Promise<void> {
    await Promise.resolve();
    this.waits += 1;
    this.#batches.shift();
  }

  next(): Promise<IteratorResult<number, undefined>> {
    return nextOf(this);
  }

  async return(): Promise<typeof over> {
    this.closed += 1;
    return over;
  }
}

async function* slowly(numbers: readonly number[], closed: string[] = []): AsyncGenerator<number> {
  try {
    for (const number of numbers) yield number;
  } finally {
    closed.push('closed');
  }
}

test('delivers every item in order, whether ready or awaited, in a loop or without one', async () => {
  const wanted = [1, 2, 3, 4];
  const batches = new Batches([[1, 2], [], [3, 4]]);
  const taken: number[] = [];
  await forEachItem(batches, (number) => {
    taken.push(number);
    return undefined;
  });
  assert.deepEqual(taken, wanted);
  assert.equal(batches.waits, 3);

  const looped: number[] = [];
  for await (const number of new Batches([[1, 2], [], [3, 4]])) looped.push(number);
  assert.deepEqual(looped, wanted);

  const plain: number[] = [];
  await forEachItem(slowly(wanted), (number) => {
    plain.push(number);
    return undefined;
  });
  assert.deepEqual(plain, wanted);
});

test('delivers an item only after the one before it has been taken', async () => {
  const steps: string[] = [];
  await forEachItem(new Batches([[1, 2]]), async (number) => {
    steps.push(`${number} begins`);
    await new Promise(setImmediate);
    steps.push(`${number} ends`);
  });
  assert.deepEqual(steps, ['1 begins', '1 ends', '2 begins', '2 ends']);
});

test('ends the iterator if taking an item fails, but not one that has ended itself', async () => {
  const thrown = new Error('full');
  const failing = () => {
    throw thrown;
  };
  const batches = new Batches([[1, 2]]);
  await assert.rejects(forEachItem(batches, failing), thrown);
  assert.equal(batches.closed, 1);
  const closed: string[] = [];
  await assert.rejects(forEachItem(slowly([1, 2], closed), failing), thrown);
  assert.deepEqual(closed, ['closed']);
  const rejecting = new Batches([[1, 2]]);
  await assert.rejects(
    forEachItem(rejecting, () => Promise.reject(thrown)),
    thrown,
  );
  assert.equal(rejecting.closed, 1);

  const cut = new Batches([[1]], new Error('cut'));
  await assert.rejects(
    forEachItem(cut, () => undefined),
    /cut/,
  );
  assert.equal(cut.closed, 0);
});
