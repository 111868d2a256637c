import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { intent, noon, settlement } from '../../../test/support/ledger-samples.ts';
import { tempFolder } from '../../../test/support/temp-folder.ts';
import { openSqliteStore } from '../../storage/sqlite/open-sqlite-store.ts';
import { FollowedHistory } from './followed-history.ts';

const day = 86_400_000;

/** A process that follows a ledger of its own; `clock.now` is its time. */
async function follower(t: TestContext, calls: number) {
  const path = join(tempFolder(t), 'conclave.db');
  const clock = { now: noon };
  const store = await openSqliteStore({ path });
  t.after(() => store.close());
  for (let call = 0; call < calls; call += 1) {
    await store.ledger.open(intent({ id: `req_${call}` }), { unknownPrice: false });
    await store.ledger.settle(settlement(`req_${call}`));
  }
  let read = 0;
  const followed = new FollowedHistory({
    store: {
      ...store.router,
      async outcomes(options) {
        const page = await store.router.outcomes(options);
        read += page.length;
        return page;
      },
    },
    now: () => clock.now,
    warn: assert.fail,
  });
  return {
    path,
    clock,
    rate: (call: number, at = clock.now) =>
      store.ledger.addOutcome({ callId: `req_${call}`, at, kind: 'feedback', score: 1, source: 'k1' }),
    /** How many outcomes a look reads. */
    async look() {
      read = 0;
      await followed.catchUp();
      return read;
    },
    known: () => followed.history.snapshot().outcomes?.length,
  };
}

test('after a rating that is dated a month ahead, only what is new is read', async (t) => {
  const { clock, rate, look, known } = await follower(t, 60);
  await rate(0, clock.now + 30 * day);
  for (let call = 1; call < 50; call += 1) {
    clock.now += 60_000;
    await rate(call);
  }
  assert.equal(await look(), 50);
  // A commit may be late: what has just been read is read once more.
  clock.now += 31_000;
  assert.equal(await look(), 50);
  clock.now += 31_000;
  assert.equal(await look(), 0);
  await rate(50);
  assert.equal(await look(), 1);
  clock.now -= day;
  await rate(51);
  assert.equal(await look(), 2);
  assert.equal(known(), 52);
});

test('an outcome that is committed half a minute after later ones is learned, however often was looked meanwhile', async (t) => {
  const { path, clock, rate, look, known } = await follower(t, 3);
  const database = new DatabaseSync(path);
  t.after(() => database.close());
  await rate(0);
  await look();
  clock.now += 10_000;
  await rate(1);
  for (const endsAt = clock.now + 28_000; clock.now < endsAt; clock.now += 2_000) await look();
  await rate(2);
  database.prepare("UPDATE outcomes SET at = ? WHERE call_id = 'req_2'").run(noon + 9_000);
  await look();
  assert.equal(known(), 3);
});
