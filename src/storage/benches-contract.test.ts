import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { noon } from '../../test/support/ledger-samples.ts';
import type { Bench } from '../core/stores/bench.ts';

const bench = (members: Partial<Bench> = {}): Bench => ({
  account: 'lab 0123',
  provider: 'lab',
  credential: 'LAB_KEY',
  code: 'provider_auth',
  benchedAt: noon,
  benchedUntil: noon + 300_000,
  reportedAt: noon,
  ...members,
});
const everything = { since: 0, now: noon };
const sorted = (updates: readonly Bench[]) =>
  updates.map((one) => JSON.stringify(one, Object.keys(one).toSorted())).toSorted();

describeEachBackend('benches', (it) => {
  it('shares the latest report on each account and each deployment with every process', async (database) => {
    const [one, other] = [await database.open(), await database.open()];
    const deployed = bench({ deployment: 'lab/m', code: 'provider_rate_limited', benchedUntil: 1e300 });
    await one.benches.publish([bench(), deployed, bench({ account: 'lab 4567' })], noon);
    const ended = bench({ benchedUntil: 0, reportedAt: noon + 5 });
    await other.benches.publish([ended], noon + 5);
    await one.benches.publish([bench({ reportedAt: noon + 3 })], noon + 5);
    assert.deepEqual(
      sorted(await one.benches.updates(everything)),
      sorted([ended, { ...deployed, benchedUntil: Number.MAX_SAFE_INTEGER }, bench({ account: 'lab 4567' })]),
    );
    assert.deepEqual(await other.benches.updates({ since: noon + 1, now: noon + 5 }), [ended]);
  });

  it('forgets a bench that is over, once every process has polled', async (database) => {
    const { benches } = await database.open();
    await benches.publish([bench(), bench({ account: 'lab 4567', benchedUntil: 0 })], noon);
    assert.equal((await benches.updates({ since: 0, now: noon + 299_000 })).length, 2);
    const later = noon + 600_001;
    assert.deepEqual(await benches.updates({ since: 0, now: later }), []);
    await benches.publish([], later);
    assert.deepEqual(await benches.updates(everything), []);
  });
});
