import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LateWork } from './late-work.ts';

test('the end waits for work that ends, but not for ever', async () => {
  const work = new LateWork();
  await work.end();
  let done = false;
  work.add(
    new Promise<void>((resolve) => {
      setImmediate(() => {
        done = true;
        resolve();
      });
    }),
  );
  await work.end();
  assert.ok(done);
  work.add(new Promise(() => {}));
  await work.end(5);
});
