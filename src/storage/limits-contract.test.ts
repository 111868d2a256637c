import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { noon } from '../../test/support/ledger-samples.ts';
import type { ReportedLimit } from '../core/money/rate-limits.ts';

const limit = (members: Partial<ReportedLimit> = {}): ReportedLimit => ({
  deployment: 'lab/m',
  account: 'lab 0123',
  kind: 'requests',
  limit: 50,
  remaining: 10,
  resetsAt: noon + 60_000,
  reportedAt: noon,
  ...members,
});
const everything = { since: 0, now: noon };
const sorted = (updates: readonly ReportedLimit[]) =>
  updates.map((one) => JSON.stringify(one, Object.keys(one).toSorted())).toSorted();

describeEachBackend('limits of providers', (it) => {
  it('shares the latest report on each limit of each account with every process', async (database) => {
    const [one, other] = [await database.open(), await database.open()];
    const { limit: _unknown, ...tokens } = limit({ kind: 'tokens', remaining: 0 });
    const elsewhere = limit({ account: 'lab 4567', remaining: 1e300 });
    await one.limits.publish([limit(), tokens, elsewhere], noon);
    await other.limits.publish([limit({ remaining: 7, limit: 60, reportedAt: noon + 5 })], noon);
    await one.limits.publish([limit({ remaining: 9, reportedAt: noon + 3 })], noon);
    assert.deepEqual(
      sorted(await one.limits.updates(everything)),
      sorted([
        limit({ remaining: 7, limit: 60, reportedAt: noon + 5 }),
        tokens,
        { ...elsewhere, remaining: Number.MAX_SAFE_INTEGER },
      ]),
    );
    const since = await other.limits.updates({ since: noon + 1, now: noon });
    assert.deepEqual(
      since.map(({ remaining }) => remaining),
      [7],
    );
  });

  it('forgets a limit that has reset', async (database) => {
    const { limits } = await database.open();
    await limits.publish([limit(), limit({ deployment: 'lab/n', resetsAt: noon + 5_000.5 })], noon);
    assert.equal((await limits.updates(everything)).length, 2);
    const later = { since: 0, now: noon + 5_001 };
    assert.deepEqual(
      (await limits.updates(later)).map(({ deployment }) => deployment),
      ['lab/m'],
    );
    await limits.publish([], noon + 60_000);
    assert.deepEqual(await limits.updates(everything), []);
  });
});
