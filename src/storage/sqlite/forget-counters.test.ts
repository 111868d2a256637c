import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { withStore } from '../../../test/support/each-backend.ts';
import { noon } from '../../../test/support/ledger-samples.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const hours = 3_000;

test('old counters are deleted a hundred at a time, and everything else runs in between', async () => {
  await withStore(async (store, { address }) => {
    using database = new DatabaseSync(address, { timeout: 5_000 });
    database.exec(`
      WITH RECURSIVE hours (hour) AS (SELECT 1 UNION ALL SELECT hour + 1 FROM hours WHERE hour < ${hours})
      INSERT INTO spending (key_id, period, period_start, simulated, spent, reserved)
        SELECT key, period, ${noon} - hour * ${hourMs}, 0, 1, 0
        FROM hours, (SELECT 'k1' AS key UNION ALL SELECT 'k2'), (SELECT 'hour' AS period UNION ALL SELECT 'total');
      INSERT INTO rate_windows (key_id, second, requests, tokens)
        SELECT key_id, period_start / 1000, 1, 1 FROM spending WHERE period = 'hour'`);
    const counts = database.prepare(
      'SELECT (SELECT count(*) FROM spending) AS spending, (SELECT count(*) FROM rate_windows) AS rates',
    );
    const count = () => {
      const { spending, rates } = counts.get() ?? {};
      return Number(spending) + Number(rates);
    };
    let before = count();
    let most = 0;
    const done = new AbortController();
    const forgetting = store.ledger.forget(noon - 30 * dayMs).finally(() => done.abort());
    while (!done.signal.aborted) {
      await nextTurn();
      const now = count();
      most = Math.max(most, before - now);
      before = now;
    }
    await forgetting;
    assert.ok(most > 0 && most <= 200, `${most} rows were deleted at once`);
    const oldest = database.prepare("SELECT min(period_start) AS at FROM spending WHERE period = 'hour'");
    assert.equal(oldest.get()?.['at'], noon - 61 * dayMs);
    const { spending, rates } = counts.get() ?? {};
    assert.deepEqual([spending, rates], [2 * (hours + 61 * 24), 2 * 30 * 24]);
  });
});
