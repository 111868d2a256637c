import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import type { KeySettings } from '../core/stores/stores.ts';

const full: KeySettings = {
  name: 'ci',
  budgets: [
    { window: 'month', limitUsd: 20.5, unknownPrices: 'refuse' },
    { window: 'hour', limitUsd: 0.000000001, unknownPrices: 'allow' },
  ],
  models: ['anthropic/*', 'openai/gpt-5'],
  tags: [],
  rpm: 60,
  tpm: 100_000,
  expiresAt: noon,
  allow: { providers: ['anthropic', 'azure*'], regions: ['eu-*'] },
  routing: { mode: 'economy', pin: 'sonnet', critical: true },
};

describeEachBackend('keys', (it) => {
  it('gives a name to only one key in use, even if several processes create keys at the same moment', async (database) => {
    const stores = await Promise.all([database.open(), database.open()]);
    const made = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => stores[n % 2]?.keys.create({ ...full, name: 'rr' }, `hash-${n}`)),
    );
    const refusals = made.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    assert.equal(refusals.length, 11);
    for (const { code, status } of refusals) assert.deepEqual([code, status], ['invalid_request', 409]);
    const [store] = stores;
    const [key] = await store.keys.list();
    assert.deepEqual(
      (await store.keys.list()).map(({ name, budgets }) => [name, budgets]),
      [['rr', full.budgets]],
    );
    const other = await store.keys.create({ name: 'other', budgets: [] }, 'hash-other');
    const renamed = { ...full, name: 'rr', disabled: false };
    await assert.rejects(store.keys.change(other.id, renamed), { status: 409 });
    await store.keys.change(other.id, { ...renamed, disabled: true });
    await assert.rejects(store.keys.change(other.id, { disabled: false }), {
      status: 409,
      message: `A key in use is called "rr" (${key?.id}); choose another name, or disable that key first.`,
    });
    const own = await store.keys.change(key?.id ?? '', { ...renamed, rpm: 7 });
    assert.equal(own?.rpm, 7, 'a key may keep its own name');
  });

  it('finds a key by its hash, exactly as it was made', async (database) => {
    const store = await database.open({ now: () => noon });
    const made = await store.keys.create(full, 'hash-1');
    const bare = await store.keys.create({ name: 'bare', budgets: [] }, 'hash-2');
    assert.deepEqual(made, { ...full, id: made.id, createdAt: noon, disabled: false });
    assert.notEqual(made.id, bare.id);
    assert.deepEqual(await store.keys.find('hash-1'), made);
    assert.deepEqual(await store.keys.find('hash-2'), bare);
    assert.equal(await store.keys.find('hash-3'), undefined);
    assert.deepEqual(new Set((await store.keys.list()).map(({ name }) => name)), new Set(['ci', 'bare']));
  });

  it('accepts a hash once', async (database) => {
    const store = await database.open();
    await store.keys.create(full, 'hash');
    await assert.rejects(store.keys.create({ ...full, name: 'other' }, 'hash'), { code: 'storage' });
    const [only, ...others] = await store.keys.list();
    assert.equal(only?.name, 'ci');
    assert.equal(only?.budgets.length, 2, 'nothing of the second key was stored');
    assert.deepEqual(others, []);
  });

  it('changes what a key may do and keeps its spending', async (database) => {
    const store = await database.open({ now: () => noon });
    const month = { window: 'month', limitUsd: 20.5, unknownPrices: 'refuse' } as const;
    const made = await store.keys.create({ ...full, budgets: [month] }, 'hash', 'ck-abcd');
    await store.ledger.open(intent({ id: 'a', keyId: made.id, reserved: 10n }), { unknownPrice: false });
    await store.ledger.settle(settlement('a', { cost: 4n }));
    const change = {
      name: 'ci, again',
      budgets: [{ window: 'month', limitUsd: 1, unknownPrices: 'allow' } as const],
      rpm: 5,
      disabled: true,
    };
    const changed = await store.keys.change(made.id, change);
    assert.deepEqual(changed, { ...made, ...change });
    assert.deepEqual(await store.keys.find('hash'), changed);
    const standings = await store.keys.budgets(made.id, noon);
    assert.deepEqual(
      standings.map(({ window, limitUsd, spent }) => [window, limitUsd, spent]),
      [['month', 1, 4n]],
    );
    assert.equal(await store.keys.change('nobody', change), undefined);
  });

  it('changes only what a change names, and removes what it sets to null', async (database) => {
    const store = await database.open({ now: () => noon });
    const made = await store.keys.create(full, 'hash');
    assert.deepEqual(await store.keys.change(made.id, {}), made);
    const { models: _, rpm: _rpm, allow: _allow, ...rest } = made;
    const change = { models: null, rpm: null, allow: null, tpm: 7 };
    assert.deepEqual(await store.keys.change(made.id, change), { ...rest, tpm: 7 });
    assert.deepEqual(await store.keys.change(made.id, { budgets: [] }), { ...rest, tpm: 7, budgets: [] });
    assert.deepEqual(await store.keys.byId(made.id), await store.keys.find('hash'));
  });

  it('keeps all changes that several processes make at the same moment', async (database) => {
    const [one, other] = [await database.open(), await database.open()];
    const { id } = await one.keys.create({ name: 'ci', budgets: [] }, 'hash');
    for (let rpm = 1; rpm <= 20; rpm += 1) {
      const budgets = [{ window: 'day', limitUsd: rpm, unknownPrices: 'refuse' } as const];
      await Promise.all([
        one.keys.change(id, { rpm, disabled: false }),
        other.keys.change(id, { tpm: rpm }),
        one.keys.change(id, { budgets }),
        other.keys.change(id, { tags: [`t${rpm}`] }),
      ]);
      const key = await one.keys.byId(id);
      assert.deepEqual([key?.rpm, key?.tpm, key?.budgets, key?.tags], [rpm, rpm, budgets, [`t${rpm}`]]);
    }
  });

  it('replaces the secret of a key and keeps everything else of it', async (database) => {
    const store = await database.open({ now: () => noon });
    const month = { window: 'month', limitUsd: 20.5, unknownPrices: 'refuse' } as const;
    const made = await store.keys.create({ ...full, budgets: [month] }, 'hash-1', 'ck-aaaa');
    await store.keys.create({ name: 'other', budgets: [] }, 'hash-other');
    await store.ledger.open(intent({ id: 'a', keyId: made.id, reserved: 10n }), { unknownPrice: false });
    await store.ledger.settle(settlement('a', { cost: 4n }));
    const times = { rotatedAt: noon + 1, formerUntil: noon + 100 };
    const rotated = await store.keys.rotate(made.id, { hash: 'hash-2', prefix: 'ck-bbbb', ...times });
    assert.deepEqual(rotated, { ...made, prefix: 'ck-bbbb', ...times });
    assert.deepEqual(await store.keys.find('hash-2'), rotated);
    const former = { rotatedAt: noon + 1, validUntil: noon + 100 };
    assert.deepEqual(await store.keys.find('hash-1'), { ...rotated, former });
    assert.deepEqual(
      (await store.keys.list()).find(({ id }) => id === made.id),
      rotated,
    );
    const standings = await store.keys.budgets(made.id, noon);
    assert.deepEqual(
      standings.map(({ limitUsd, spent }) => [limitUsd, spent]),
      [[20.5, 4n]],
    );
    await assert.rejects(store.keys.create({ name: 'again', budgets: [] }, 'hash-2'), { code: 'storage' });
    assert.equal(await store.keys.rotate('nobody', { hash: 'hash-3', ...times }), undefined);
    assert.equal(await store.keys.find('hash-3'), undefined);
  });

  it('notes the latest use of a key, whichever process notes it last', async (database) => {
    const [store, other] = [await database.open({ now: () => noon }), await database.open()];
    const made = await store.keys.create({ ...full, host: 'build-7' }, 'hash');
    await Promise.all([store.keys.noteUse(made.id, noon + 5), other.keys.noteUse(made.id, noon + 9)]);
    await store.keys.noteUse(made.id, noon + 7);
    assert.deepEqual(await other.keys.byId(made.id), { ...made, lastUsedAt: noon + 9 });
  });

  it('never prolongs the time of an earlier secret, and may end it', async (database) => {
    const store = await database.open({ now: () => noon });
    const { id } = await store.keys.create({ name: 'ci', budgets: [] }, 'hash-0');
    const ends = async () => {
      const found = await Promise.all([0, 1, 2].map((n) => store.keys.find(`hash-${n}`)));
      return found.map((key) => key?.former && key.former.validUntil - noon);
    };
    const rotate = (n: number, grace: number) =>
      store.keys.rotate(id, { hash: `hash-${n}`, rotatedAt: noon + n, formerUntil: noon + n + grace });
    await rotate(1, 50);
    await rotate(2, 500);
    assert.deepEqual(await ends(), [51, 502, undefined]);
    const last = await rotate(3, 0);
    assert.deepEqual(await ends(), [3, 3, 3]);
    assert.deepEqual([last?.rotatedAt, last?.formerUntil, last?.prefix], [noon + 3, noon + 3, undefined]);
  });

  it('keeps every secret that several processes give a key at the same moment, the last as the present one', async (database) => {
    const stores = [await database.open(), await database.open()];
    const [store] = stores;
    const { id } = (await store?.keys.create({ name: 'ci', budgets: [] }, 'hash')) ?? assert.fail();
    const hashes = Array.from({ length: 12 }, (_, n) => `hash-${n}`);
    const times = { rotatedAt: noon, formerUntil: noon + 5 };
    await Promise.all(hashes.map((hash, n) => stores[n % 2]?.keys.rotate(id, { hash, ...times })));
    const found = await Promise.all(['hash', ...hashes].map((hash) => store?.keys.find(hash)));
    assert.ok(found.every((key) => key?.id === id));
    assert.equal(found.filter((key) => key?.former === undefined).length, 1);
  });

  it('reports the state of every budget of a key and when it resets', async (database) => {
    const store = await database.open();
    const { id } = await store.keys.create(
      {
        name: 'k',
        budgets: [
          { window: 'hour', limitUsd: 1, unknownPrices: 'refuse' },
          { window: 'week', limitUsd: 5, unknownPrices: 'refuse' },
          { window: 'total', limitUsd: 9, unknownPrices: 'refuse' },
        ],
      },
      'hash',
    );
    await store.ledger.open(intent({ id: 'a', keyId: id, reserved: 10n }), { unknownPrice: false });
    await store.ledger.settle(settlement('a', { cost: 4n }));
    const oneHourLater = await store.keys.budgets(id, noon + 3_600_000);
    assert.deepEqual(
      oneHourLater.map(({ window, spent, resetsAt }) => [
        window,
        spent,
        resetsAt && new Date(resetsAt).toISOString(),
      ]),
      [
        ['hour', 0n, '2026-04-15T14:00:00.000Z'],
        ['week', 4n, '2026-04-20T00:00:00.000Z'],
        ['total', 4n, undefined],
      ],
    );
    assert.deepEqual(await store.keys.budgets('nobody', noon), []);
  });

  it('reports the budgets of many keys as those of each', async (database) => {
    const store = await database.open();
    const both: KeySettings['budgets'] = [
      { window: 'month', limitUsd: 20, unknownPrices: 'refuse' },
      { window: 'total', limitUsd: 9, unknownPrices: 'allow' },
    ];
    const ids: string[] = [];
    for (let n = 0; n < 205; n += 1) {
      const budgets = n % 5 === 0 ? [] : both;
      const { id } = await store.keys.create({ name: `key-${n}`, budgets }, `hash-${n}`);
      ids.push(id);
      if (n % 40 > 2) continue;
      const call = intent({ keyId: id, reserved: 10n, simulated: n % 40 === 2 });
      await store.ledger.open(call, { unknownPrice: false });
      if (n % 40 > 0)
        await store.ledger.settle(settlement(call.id, { cost: BigInt(n), simulated: call.simulated }));
    }
    const each = await Promise.all(ids.map(async (id) => [id, await store.keys.budgets(id, noon)] as const));
    const standings = await store.keys.standings(ids, noon);
    assert.deepEqual(standings, new Map(each.filter(([, budgets]) => budgets.length > 0)));
    const spent = [1, 2, 41].map((n) =>
      standings.get(ids[n] ?? '')?.map((one) => [one.spent, one.simulated]),
    );
    assert.deepEqual(spent, [
      [
        [1n, false],
        [1n, false],
      ],
      [
        [2n, true],
        [2n, true],
      ],
      [
        [41n, false],
        [41n, false],
      ],
    ]);
    const listed = await store.keys.list();
    assert.deepEqual(
      new Map(listed.map(({ id, budgets }) => [id, budgets.length])),
      new Map(ids.map((id, n) => [id, n % 5 === 0 ? 0 : 2])),
    );
  });
});
