import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { shareResults } from './share-results.ts';

function results() {
  let now = 0;
  let made = 0;
  const share = shareResults<number>(() => now);
  return {
    made: () => made,
    wait: (ms: number) => void (now += ms),
    /** Asks for a result that takes `ms`. */
    ask: (ms: number, name = 'a') =>
      share(name, async () => {
        await nextTurn();
        now += ms;
        return (made += 1);
      }),
  };
}

test('those who ask at once share a result; other names have their own', async () => {
  const { ask, made } = results();
  assert.deepEqual(await Promise.all([ask(1), ask(1), ask(1, 'b'), ask(1)]), [1, 1, 2, 1]);
  assert.equal(made(), 2);
});

test('a quick result is made again for the next caller, a slow one is shared ten times as long as it took', async () => {
  const { ask, wait } = results();
  assert.deepEqual([await ask(10), await ask(10)], [1, 2]);
  assert.equal(await ask(1_000), 3);
  wait(9_000);
  assert.equal(await ask(1_000), 3);
  wait(2_000);
  assert.equal(await ask(1_000), 4);
});

test('a result is shared for a minute at most', async () => {
  const { ask, wait } = results();
  assert.equal(await ask(30_000), 1);
  wait(59_000);
  assert.equal(await ask(30_000), 1);
  wait(2_000);
  assert.equal(await ask(30_000), 2);
});

test('a failure reaches those who wait for it, and the next caller tries again', async () => {
  const share = shareResults<string>();
  const failing = () => share('a', () => Promise.reject(new Error('no')));
  const failed = await Promise.allSettled([failing(), failing()]);
  assert.deepEqual(
    failed.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await share('a', async () => 'yes'), 'yes');
});
