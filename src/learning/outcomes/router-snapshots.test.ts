import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouterSnapshot, RouterStore } from '../../core/stores/router-store.ts';
import { addSnapshot } from './router-snapshots.ts';

test('two processes that take a snapshot at the same time get two versions', async () => {
  const stored: RouterSnapshot[] = [];
  const store: RouterStore = {
    outcomes: async () => [],
    calls: async () => [],
    async addSnapshot(snapshot) {
      if (stored.some(({ version }) => version === snapshot.version)) return false;
      stored.push(snapshot);
      return true;
    },
    snapshots: async () => [...stored],
    snapshot: async () => undefined,
    pinned: async () => undefined,
    pin: async () => undefined,
  };
  const content = { layout: 1, createdAt: 0, readUpTo: 0, outcomes: 0, state: {} };
  const versions = await Promise.all(
    ['a', 'b', 'c'].map((label) => addSnapshot(store, { ...content, label })),
  );
  assert.deepEqual(versions, [1, 2, 3]);
  assert.deepEqual(
    stored.map(({ label }) => label),
    ['a', 'b', 'c'],
  );
});
