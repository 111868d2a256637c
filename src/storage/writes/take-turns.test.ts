import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeTurns } from './take-turns.ts';

test('work of one name runs in turn, also after a failure, and work of another name does not wait for it', async () => {
  const inTurn = takeTurns();
  const log: string[] = [];
  const work = (name: string, ms: number) =>
    inTurn(name, async () => {
      log.push(`${name} begins`);
      await sleep(ms);
      log.push(`${name} ends`);
      if (log.length === 4) throw new Error('no');
    });
  const results = await Promise.allSettled([work('a', 40), work('a', 1), work('b', 1)]);
  assert.deepEqual(log, ['a begins', 'b begins', 'b ends', 'a ends', 'a begins', 'a ends']);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled'],
  );
});
