import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { attempt, intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import type { Budget, Store } from '../core/stores/stores.ts';
import type { NanoUsd } from '../core/units.ts';

const known = { unknownPrice: false };
const dollar = 1_000_000_000n;
const day = 86_400_000;
const dollarADay: Budget = { window: 'day', limitUsd: 1, unknownPrices: 'refuse' };

async function keyWith(store: Store, ...budgets: Budget[]): Promise<string> {
  return (await store.keys.create({ name: `team-${Math.random()}`, budgets }, `hash-${Math.random()}`)).id;
}

/** `spent/reserved` of each budget of the key. */
async function standing(store: Store, keyId: string, at = noon): Promise<string[]> {
  return (await store.keys.budgets(keyId, at)).map(({ spent, reserved }) => `${spent}/${reserved}`);
}

describeEachBackend('budgets', (it) => {
  it('reserves when a call opens, and books the cost and releases the rest when it ends', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(
      store,
      { window: 'day', limitUsd: 1, unknownPrices: 'refuse' },
      { window: 'total', limitUsd: 9, unknownPrices: 'refuse' },
    );
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 600n }), known);
    assert.deepEqual(await standing(store, keyId), ['0/600', '0/600']);
    await store.ledger.settle(settlement('a', { cost: 250n }));
    assert.deepEqual(await standing(store, keyId), ['250/0', '250/0']);
    await store.ledger.settle(settlement('a', { cost: 250n }));
    assert.deepEqual(await standing(store, keyId), ['250/0', '250/0']);
  });

  it('reports whether a call would be refused, without reserving anything', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, { window: 'day', limitUsd: 1e-6, unknownPrices: 'refuse' });
    const wanted = { keyId, startedAt: noon, simulated: false, unknownPrice: false };
    for (const _ of [1, 2])
      assert.deepEqual(await store.ledger.wouldOpen({ ...wanted, reserved: 1_000n }), { ok: true });
    assert.deepEqual(await standing(store, keyId), ['0/0']);
    const refused = await store.ledger.wouldOpen({ ...wanted, reserved: 1_001n });
    assert.ok(!refused.ok && refused.refusedBy.window === 'day');
    assert.equal((await store.ledger.wouldOpen({ ...wanted, reserved: 0n, unknownPrice: true })).ok, false);
  });

  it('names the tightest budget when it refuses, and leaves no trace of the call', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(
      store,
      { window: 'month', limitUsd: 3, unknownPrices: 'refuse' },
      { window: 'day', limitUsd: 1, unknownPrices: 'refuse' },
      { window: 'hour', limitUsd: 2, unknownPrices: 'refuse' },
    );
    await store.ledger.open(intent({ id: 'a', keyId, reserved: dollar / 2n }), known);
    const result = await store.ledger.open(intent({ id: 'b', keyId, reserved: 4n * dollar }), known);
    assert.ok(!result.ok);
    const { others, ...refusedBy } = result.refusedBy;
    assert.deepEqual(others.map(({ window }) => window).sort(), ['hour', 'month']);
    assert.deepEqual(refusedBy, {
      window: 'day',
      limitUsd: 1,
      unknownPrices: 'refuse',
      spent: 0n,
      reserved: dollar / 2n,
      simulated: false,
      resetsAt: noon + day / 2,
    });
    assert.equal(await store.ledger.show('b'), undefined);
  });

  it('lets a call use a budget to its last nano-dollar and not one more', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    assert.equal((await store.ledger.open(intent({ keyId, reserved: dollar - 1n }), known)).ok, true);
    assert.equal((await store.ledger.open(intent({ keyId, reserved: 2n }), known)).ok, false);
    assert.equal((await store.ledger.open(intent({ keyId, reserved: 1n }), known)).ok, true);
    assert.equal((await store.ledger.open(intent({ keyId, reserved: 1n }), known)).ok, false);
    assert.equal(
      (await store.ledger.open(intent({ keyId, reserved: 0n }), known)).ok,
      true,
      'free calls pass',
    );
  });

  it('refuses an unknown price, or checks only the known part if the budget allows unknown prices', async (database) => {
    const store = await database.open();
    const strict = await keyWith(store, { window: 'day', limitUsd: 5, unknownPrices: 'refuse' });
    const open = await keyWith(store, { window: 'day', limitUsd: 5, unknownPrices: 'allow' });
    assert.equal((await store.ledger.open(intent({ keyId: strict }), { unknownPrice: true })).ok, false);
    assert.equal((await store.ledger.open(intent({ keyId: open }), { unknownPrice: true })).ok, true);
    const partly = intent({ keyId: open, reserved: 6n * dollar });
    assert.equal((await store.ledger.open(partly, known)).ok, false);
    assert.equal(
      (await store.ledger.open(partly, { unknownPrice: true })).ok,
      false,
      'its known part is too much',
    );
  });

  it('starts at zero in the next window, and books a call where its money was reserved', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    await store.ledger.open(intent({ id: 'a', keyId, reserved: dollar }), known);
    const tomorrow = noon + day;
    assert.equal(
      (await store.ledger.open(intent({ keyId, startedAt: tomorrow, reserved: dollar }), known)).ok,
      true,
    );
    await store.ledger.settle(settlement('a', { cost: 400n, finishedAt: tomorrow }));
    assert.deepEqual(await standing(store, keyId), ['400/0']);
    assert.deepEqual(await standing(store, keyId, tomorrow), [`0/${dollar}`]);
  });

  it('charges two budgets of one window once', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(
      store,
      { window: 'day', limitUsd: 5, unknownPrices: 'refuse' },
      { window: 'day', limitUsd: 1, unknownPrices: 'allow' },
    );
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 10n }), known);
    assert.deepEqual(await standing(store, keyId), ['0/10', '0/10']);
  });

  it('lets children draw on the reservation of their parent, whose settlement releases the rest', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    const child = { keyId, reservationId: 'parent', parentId: 'parent' };
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: dollar }), known);
    assert.equal((await store.ledger.open(intent({ id: 'c1', ...child }), known)).ok, true);
    assert.equal((await store.ledger.open(intent({ id: 'c2', ...child }), known)).ok, true);
    await store.ledger.settle(settlement('c1', { cost: 300n }));
    assert.deepEqual(await standing(store, keyId), [`300/${dollar - 300n}`]);
    assert.equal(
      (await store.ledger.open(intent({ keyId, reserved: 1n }), known)).ok,
      false,
      'all of it is reserved',
    );
    await store.ledger.settle(settlement('c2', { cost: 200n }));
    await store.ledger.settle(settlement('parent', { cost: 0n, attempts: [] }));
    assert.deepEqual(await standing(store, keyId), ['500/0']);
  });

  it('reserves more for a running call, as far as the budget allows, and releases all of it at the end', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 600n }), known);
    assert.deepEqual(await store.ledger.holdMore('a', 50n), { ok: true });
    assert.deepEqual(await store.ledger.holdMore('a', 7n), { ok: true });
    assert.deepEqual(await standing(store, keyId), ['0/657']);
    const refused = await store.ledger.holdMore('a', dollar);
    assert.equal(refused.ok, false);
    assert.deepEqual(await standing(store, keyId), ['0/657']);
    await store.ledger.settle(settlement('a', { cost: 640n }));
    assert.deepEqual(await standing(store, keyId), ['640/0']);
    await assert.rejects(store.ledger.holdMore('a', 1n), /no call a under way/);
  });

  it("lets a child spend its own reservation first, and then its share of the parent's", async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: 1_000n }), known);
    await store.ledger.open(intent({ id: 'c', keyId, reservationId: 'parent', parentId: 'parent' }), known);
    await store.ledger.holdMore('c', 40n);
    assert.deepEqual(await standing(store, keyId), ['0/1040']);
    await store.ledger.settle(settlement('c', { cost: 300n }));
    assert.deepEqual(await standing(store, keyId), ['300/740']);
    await store.ledger.settle(settlement('parent', { cost: 0n, attempts: [] }));
    assert.deepEqual(await standing(store, keyId), ['300/0']);
  });

  it("takes no more from a parent's reservation than it has left", async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: 100n }), known);
    await store.ledger.open(intent({ id: 'c', keyId, reservationId: 'parent', parentId: 'parent' }), known);
    await store.ledger.settle(settlement('c', { cost: 150n }));
    assert.deepEqual(await standing(store, keyId), ['150/0']);
    await store.ledger.settle(settlement('parent', { cost: 0n, attempts: [] }));
    assert.deepEqual(await standing(store, keyId), ['150/0']);
  });

  it('refuses an exhausted budget what costs money, and nothing else', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    await store.ledger.open(intent({ id: 'a', keyId, reserved: dollar }), known);
    await store.ledger.settle(settlement('a', { cost: dollar + 1n }));
    assert.equal((await store.ledger.open(intent({ keyId, reserved: 1n }), known)).ok, false);
    assert.equal((await store.ledger.open(intent({ keyId, reserved: 0n }), known)).ok, true);
  });

  for (const simulated of [true, false]) {
    const [before, after] = simulated ? ['simulated', 'real'] : ['real', 'simulated'];
    it(`books a call that began as ${before} and became ${after} as ${after} money`, async (database) => {
      const store = await database.open();
      const keyId = await keyWith(store, dollarADay);
      await store.ledger.open(intent({ id: 'a', keyId, reserved: 5n, simulated }), known);
      await store.ledger.settle(settlement('a', { cost: 7n, simulated: !simulated }));
      assert.deepEqual(
        (await store.keys.budgets(keyId, noon)).map((budget) => [budget.spent, budget.simulated]),
        [[7n, !simulated]],
      );
      const first = { id: 'b', keyId, simulated, reserved: dollar };
      assert.equal(
        (await store.ledger.open(intent(first), known)).ok,
        true,
        'nothing is left of the first kind',
      );
    });
  }

  it('shows simulated spending as such after a real call that cost nothing', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, { window: 'total', limitUsd: 1, unknownPrices: 'refuse' });
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 9n, simulated: true }), known);
    await store.ledger.settle(settlement('a', { cost: 9n, simulated: true }));
    await store.ledger.open(intent({ id: 'b', keyId, reserved: 5n }), known);
    await store.ledger.settle(settlement('b', { cost: 0n, state: 'failed', attempts: [] }));
    assert.deepEqual(
      (await store.keys.budgets(keyId, noon)).map(({ spent, simulated }) => [spent, simulated]),
      [[9n, true]],
    );
  });

  it('books a child in the window of the reservation that pays for it', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    await store.ledger.open(intent({ id: 'parent', keyId, reserved: 900n }), known);
    await store.ledger.open(
      intent({ id: 'c', keyId, reservationId: 'parent', startedAt: noon + day }),
      known,
    );
    await store.ledger.settle(settlement('c', { cost: 300n, finishedAt: noon + day }));
    assert.deepEqual(await standing(store, keyId), ['300/600']);
    assert.deepEqual(await standing(store, keyId, noon + day), ['0/0']);
  });

  it('books the known attempts of a call of partly unknown price', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, { window: 'day', limitUsd: 1, unknownPrices: 'allow' });
    await store.ledger.open(intent({ id: 'a', keyId, reserved: 50n }), { unknownPrice: true });
    const attempts = [attempt({ cost: 30n }), attempt({ cost: undefined })];
    await store.ledger.settle({ ...settlement('a'), cost: undefined, attempts });
    assert.deepEqual(await standing(store, keyId), ['30/0']);
  });

  it('caps simulated money by the same limit without touching the real budget', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, dollarADay);
    const simulated = { keyId, simulated: true };
    await store.ledger.open(intent({ id: 'a', ...simulated, reserved: dollar }), known);
    await store.ledger.settle(settlement('a', { cost: dollar, simulated: true }));
    assert.deepEqual(
      (await store.keys.budgets(keyId, noon)).map((budget) => [budget.spent, budget.simulated]),
      [[dollar, true]],
    );
    assert.equal((await store.ledger.open(intent({ ...simulated, reserved: 1n }), known)).ok, false);
    assert.equal((await store.ledger.open(intent({ id: 'b', keyId, reserved: dollar }), known)).ok, true);
    assert.deepEqual(
      (await store.keys.budgets(keyId, noon)).map((budget) => [budget.reserved, budget.simulated]),
      [[dollar, false]],
    );
  });

  it('keeps amounts that no floating-point number can represent', async (database) => {
    const store = await database.open();
    const keyId = await keyWith(store, { window: 'total', limitUsd: 9_100_000, unknownPrices: 'refuse' });
    const cost = 2n ** 53n + 1n;
    await store.ledger.open(intent({ id: 'a', keyId, reserved: cost }), known);
    await store.ledger.settle(settlement('a', { cost, frontierCost: cost + 2n }));
    assert.deepEqual(await standing(store, keyId), [`${cost}/0`]);
    const row = await store.ledger.show('a');
    assert.equal(row?.cost, cost);
    assert.equal(row?.frontierCost, cost + 2n);
    assert.equal(row?.attempts[0]?.cost, cost);
  });

  it('never lets concurrent calls of several connections exceed a budget, and ends at the exact sum', async (database) => {
    const stores = await Promise.all([database.open(), database.open(), database.open()]);
    const [first] = stores as [Store, Store, Store];
    const limit = 1_000n;
    const calls = fc.record({
      reserved: fc.bigInt({ min: 0n, max: 400n }),
      share: fc.integer({ min: 0, max: 100 }),
      connection: fc.integer({ min: 0, max: 2 }),
    });
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(calls, { maxLength: 30 }), async (plan) => {
        const run = (round += 1);
        const keyId = await keyWith(first, {
          window: 'day',
          limitUsd: Number(limit) / 1e9,
          unknownPrices: 'refuse',
        });
        const costs = await Promise.all(
          plan.map(async ({ reserved, share, connection }, at): Promise<NanoUsd> => {
            const { ledger } = stores[connection] ?? first;
            const id = `r${run}-${at}`;
            if (!(await ledger.open(intent({ id, keyId, reserved }), known)).ok) return 0n;
            const [budget] = await first.keys.budgets(keyId, noon);
            assert.ok(budget && budget.spent + budget.reserved <= limit, 'the budget holds at every moment');
            const cost = (reserved * BigInt(share)) / 100n;
            await ledger.settle(settlement(id, { cost }));
            return cost;
          }),
        );
        const total = costs.reduce((sum, cost) => sum + cost, 0n);
        assert.deepEqual(await standing(first, keyId), [`${total}/0`]);
      }),
      { numRuns: 25 },
    );
  });
});
