import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { noon } from '../../test/support/ledger-samples.ts';

describeEachBackend('rate windows', (it) => {
  it('admits exactly the limit, however many processes ask at once', async (database) => {
    const stores = await Promise.all([database.open(), database.open(), database.open()]);
    const { id } = await stores[0].keys.create({ name: 'k', budgets: [], rpm: 50 }, 'hash');
    const asked = stores.flatMap((store) =>
      Array.from({ length: 40 }, (_, at) =>
        store.rates.admit(id, { limits: { rpm: 50 }, tokens: 1, now: noon + at }),
      ),
    );
    const admitted = (await Promise.all(asked)).filter(({ ok }) => ok);
    assert.equal(admitted.length, 50);
  });

  it('counts tokens and seconds across processes, and frees a place after its minute', async (database) => {
    const [one, other] = [await database.open(), await database.open()];
    const { id } = await one.keys.create({ name: 'k', budgets: [] }, 'hash');
    const admit = (store: typeof one, tokens: number, now: number) =>
      store.rates.admit(id, { limits: { tpm: 1_000 }, tokens, now });
    assert.deepEqual(await admit(one, 600, noon), { ok: true });
    assert.deepEqual(await admit(other, 400, noon + 30_000), { ok: true });
    assert.deepEqual(await admit(one, 1, noon + 31_000), { ok: false, limit: 'tpm', retryAfterMs: 30_000 });
    assert.deepEqual(await admit(other, 600, noon + 61_000), { ok: true });
    assert.equal((await admit(one, 401, noon + 61_000)).ok, false);
  });

  it('reports what would be admitted, without counting it', async (database) => {
    const store = await database.open();
    const { id } = await store.keys.create({ name: 'k', budgets: [] }, 'hash');
    const use = { limits: { rpm: 1 }, tokens: 1, now: noon };
    for (const _ of [1, 2]) assert.deepEqual(await store.rates.judge(id, use), { ok: true });
    assert.deepEqual(await store.rates.admit(id, use), { ok: true });
    const refused = { ok: false, limit: 'rpm', retryAfterMs: 61_000 };
    assert.deepEqual(await store.rates.judge(id, use), refused);
    assert.deepEqual(await store.rates.admit(id, use), refused);
  });

  it('admits calls again at once after the clock was set back, and enforces the limit from then on', async (database) => {
    const store = await database.open();
    const { id } = await store.keys.create({ name: 'k', budgets: [] }, 'hash');
    const admit = (now: number) => store.rates.admit(id, { limits: { rpm: 2 }, tokens: 1, now });
    for (const at of [0, 1]) assert.equal((await admit(noon + at)).ok, true);
    const earlier = noon - 7_200_000;
    for (const at of [0, 1]) assert.equal((await admit(earlier + at)).ok, true);
    const refused = await admit(earlier + 2);
    assert.ok(!refused.ok && refused.retryAfterMs !== undefined && refused.retryAfterMs <= 61_000);
  });

  it('keeps keys apart, and does not count what it refuses', async (database) => {
    const store = await database.open();
    const use = { limits: { rpm: 1 }, tokens: 1 };
    const ids = await Promise.all(
      ['a', 'b'].map(async (name) => (await store.keys.create({ name, budgets: [] }, name)).id),
    );
    const [a = '', b = ''] = ids;
    assert.equal((await store.rates.admit(a, { ...use, now: noon })).ok, true);
    assert.equal((await store.rates.admit(b, { ...use, now: noon })).ok, true);
    for (let at = 1; at < 60; at += 1) {
      assert.equal((await store.rates.admit(a, { ...use, now: noon + at * 1_000 })).ok, false);
    }
    assert.equal((await store.rates.admit(a, { ...use, now: noon + 61_000 })).ok, true);
  });
});
