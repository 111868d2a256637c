import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapLimited } from './map-limited.ts';

test('works on as many items at once as allowed, and returns the results in the order of the items', async () => {
  for (const [count, limit] of [
    [10, 4],
    [3, 4],
    [5, 1],
    [0, 4],
  ] as const) {
    const items = Array.from({ length: count }, (_, at) => at);
    let atOnce = 0;
    let most = 0;
    const results = await mapLimited(items, limit, async (item) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      // Later items are done sooner.
      for (let turn = 0; turn < 2 * (count - item); turn += 1) await Promise.resolve();
      atOnce -= 1;
      return item * 2;
    });
    assert.deepEqual(
      results,
      items.map((item) => item * 2),
    );
    assert.equal(most, Math.min(count, limit));
  }
});
