import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedUpdates } from './shared-updates.ts';

type Update = { readonly key: string; readonly reportedAt: number };

test('an update that was committed some seconds after its time is still received, once', async () => {
  const rows: Update[] = [];
  const received: string[] = [];
  let now = 1_000_000;
  const updates = new SharedUpdates<Update>({
    store: {
      publish: async () => undefined,
      updates: async ({ since }) => rows.filter(({ reportedAt }) => reportedAt >= since),
    },
    keyOf: ({ key }) => key,
    isNews: () => true,
    receive: ({ key }) => received.push(key),
    now: () => now,
    warn: assert.ifError,
  });
  await updates.refresh();
  rows.push({ key: 'late', reportedAt: now - 5_000 });
  now += 999;
  assert.equal(updates.refresh(), undefined);
  assert.deepEqual(received, [], 'the store is polled once a second');
  await updates.latest();
  await updates.latest();
  assert.deepEqual(received, ['late']);
});
