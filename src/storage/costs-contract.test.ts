import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { attempt, intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import {
  costGroupings,
  type CostGrouping,
  type CostReport,
  type IntentRow,
  type Settlement,
  type StepVerdict,
} from '../core/stores/ledger.ts';
import type { Store } from '../core/stores/stores.ts';
import { noUsage } from '../core/money/usage.ts';

const known = { unknownPrice: false };
const dayMs = 86_400_000;

async function call(
  store: Store,
  opened: Partial<IntentRow>,
  ended: Partial<Settlement> = {},
): Promise<string> {
  const row = intent(opened);
  await store.ledger.open(row, known);
  await store.ledger.settle(settlement(row.id, { simulated: row.simulated, ...ended }));
  return row.id;
}

function rows(report: CostReport): string[] {
  return report.rows.map(({ name, totalNanoUsd, calls }) => `${name} ${totalNanoUsd} ${calls}`);
}

describeEachBackend('cost reports', (it) => {
  it('reports zero calls if there are none', async (database) => {
    const store = await database.open();
    assert.deepEqual(await store.ledger.costs({ since: noon, by: 'model' }), {
      since: '2026-04-15T12:00:00.000Z',
      by: 'model',
      totalNanoUsd: 0,
      calls: 0,
      simulated: false,
      unknownPriceCalls: 0,
      estimatedCalls: 0,
      frontierNanoUsd: 0,
      savingNanoUsd: 0,
      rows: [],
    });
  });

  it('counts a call once under a tag that it has twice', async (database) => {
    const store = await database.open();
    await call(store, { tags: ['search', 'search', 'eu'] }, { cost: 40n });
    const { rows: found } = await store.ledger.costs({ since: 0, by: 'tag' });
    assert.deepEqual(found.map(({ name, totalNanoUsd, calls }) => [name, totalNanoUsd, calls]).sort(), [
      ['eu', 40, 1],
      ['search', 40, 1],
    ]);
  });

  it('distinguishes keys of one name by their ids', async (database) => {
    const store = await database.open();
    const named = (name: string) => store.keys.create({ name, budgets: [] }, `${name} ${Math.random()}`);
    const first = await named('ci');
    // Its name becomes free for its successor.
    await store.keys.change(first.id, { disabled: true });
    const [second, other] = [await named('ci'), await named('lone')];
    await call(store, { keyId: first.id }, { cost: 3n });
    await call(store, { keyId: second.id }, { cost: 2n });
    await call(store, { keyId: other.id }, { cost: 1n });
    assert.deepEqual(rows(await store.ledger.costs({ since: 0, by: 'key' })), [
      `ci (${first.id.slice(0, 8)}) 3 1`,
      `ci (${second.id.slice(0, 8)}) 2 1`,
      'lone 1 1',
    ]);
  });

  it('gives no cost per success if no price is known', async (database) => {
    const store = await database.open();
    await call(store, {}, { cost: undefined, attempts: [attempt({ cost: undefined })] });
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    assert.deepEqual([report.rows[0]?.succeeded, report.rows[0]?.unknownPriceCalls], [1, 1]);
    assert.equal(report.rows[0]?.nanoUsdPerSuccess, undefined);
    assert.equal(report.nanoUsdPerSuccess, undefined);
  });

  it('adds up money, usage, successes and savings, most expensive first', async (database) => {
    const store = await database.open();
    const usage = {
      input: 100,
      output: 20,
      cacheRead: 7,
      cacheWrite: 11,
      cacheWriteLong: 13,
      reasoning: 3,
      webSearches: 1,
    };
    await call(store, {}, { cost: 300n, frontierCost: 1_000n, usage });
    await call(store, {}, { cost: 101n, frontierCost: 500n, usage, estimated: true });
    await call(store, {}, { cost: 99n, state: 'truncated', usage });
    await call(
      store,
      {},
      {
        cost: 1_500n,
        frontierCost: 1_500n,
        model: 'openai/gpt',
        provider: 'openai',
        tier: 'frontier',
        usage,
      },
    );

    const report = await store.ledger.costs({ since: 0, by: 'model' });
    const { rows: _, ...totals } = report;
    assert.deepEqual(totals, {
      since: '1970-01-01T00:00:00.000Z',
      by: 'model',
      totalNanoUsd: 2_000,
      calls: 4,
      simulated: false,
      unknownPriceCalls: 0,
      estimatedCalls: 1,
      // The call without a known frontier price claims no saving.
      frontierNanoUsd: 3_099,
      savingNanoUsd: 1_099,
      nanoUsdPerSuccess: 667,
    });
    assert.deepEqual(report.rows[1], {
      name: 'anthropic/claude-sonnet',
      totalNanoUsd: 500,
      calls: 3,
      succeeded: 2,
      unknownPriceCalls: 0,
      share: 0.25,
      usage: {
        input: 300,
        output: 60,
        cacheRead: 21,
        cacheWrite: 33,
        cacheWriteLong: 39,
        reasoning: 9,
        webSearches: 3,
      },
      nanoUsdPerSuccess: 250,
    });
    assert.deepEqual(rows(report), ['openai/gpt 1500 1', 'anthropic/claude-sonnet 500 3']);
  });

  it('groups by every supported grouping', async (database) => {
    const store = await database.open();
    const { id: keyId } = await store.keys.create({ name: 'ci', budgets: [] }, 'hash');
    const full = {
      tool: 'codereview',
      task: 'code-review',
      surface: 'mcp',
      keyId,
      tags: ['a', 'b'],
    } as const;
    await call(store, full, { cost: 70n });
    await call(store, { tags: ['b'], startedAt: noon + dayMs }, { cost: 30n, tier: undefined });
    const expected: Record<(typeof costGroupings)[number], string[]> = {
      model: ['anthropic/claude-sonnet 100 2'],
      tier: ['workhorse 70 1', '(none) 30 1'],
      provider: ['anthropic 100 2'],
      task: ['code-review 70 1', '(none) 30 1'],
      tool: ['codereview 70 1', '(none) 30 1'],
      surface: ['mcp 70 1', 'http 30 1'],
      key: ['ci 70 1', 'k1 30 1'],
      tag: ['b 100 2', 'a 70 1'],
      day: ['2026-04-15 70 1', '2026-04-16 30 1'],
    };
    for (const by of costGroupings) {
      const report = await store.ledger.costs({ since: 0, by });
      assert.deepEqual(rows(report), expected[by], by);
      assert.equal(report.totalNanoUsd, 100, `${by}: tags may overlap, the total does not`);
      assert.equal(report.calls, 2);
    }
  });

  it('counts from the first requested moment to just before the last, for one key or all', async (database) => {
    const store = await database.open();
    for (const [at, keyId] of ['k1', 'k1', 'k2', 'k1'].entries()) {
      await call(store, { startedAt: noon + at, keyId }, { cost: 10n ** BigInt(at) });
    }
    const total = async (filter: { since: number; until?: number; keyId?: string }) =>
      (await store.ledger.costs({ by: 'model', ...filter })).totalNanoUsd;
    assert.equal(await total({ since: noon + 1 }), 1_110);
    assert.equal(await total({ since: noon, until: noon + 3 }), 111);
    assert.equal(await total({ since: noon, keyId: 'k1' }), 1_011);
  });

  it('never mixes simulated and real money', async (database) => {
    const store = await database.open();
    await call(store, { simulated: true }, { cost: 40n });
    await call(store, { simulated: true }, { cost: 2n });
    const only = await store.ledger.costs({ since: 0, by: 'model' });
    assert.equal(only.simulated, true);
    assert.equal(only.totalNanoUsd, 42);
    assert.equal(only.calls, 2);

    await call(store, {}, { cost: 1_000n });
    const mixed = await store.ledger.costs({ since: 0, by: 'model' });
    assert.deepEqual(mixed.simulated, { totalNanoUsd: 42, calls: 2 });
    assert.equal(mixed.totalNanoUsd, 1_000);
    assert.equal(mixed.calls, 1);
    assert.deepEqual(rows(mixed), ['anthropic/claude-sonnet 1000 1']);
  });

  it('does not count a refused call as real money if only simulated models run', async (database) => {
    const store = await database.open();
    await call(store, { simulated: true }, { cost: 40n });
    const refused = intent();
    await store.ledger.refuse(
      refused,
      settlement(refused.id, {
        state: 'refused',
        model: undefined,
        provider: undefined,
        cost: 0n,
        attempts: [],
      }),
    );
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    assert.equal(report.simulated, true);
    assert.deepEqual(rows(report), ['anthropic/claude-sonnet 40 1', '(none) 0 1']);
  });

  it('counts calls of unknown price, and the known part of their cost', async (database) => {
    const store = await database.open();
    const attempts = [attempt({ cost: 30n }), attempt({ cost: undefined })];
    await call(store, {}, { cost: undefined, frontierCost: 9_000n, attempts });
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    assert.equal(report.unknownPriceCalls, 1);
    assert.equal(report.calls, 1);
    assert.equal(report.totalNanoUsd, 30);
    assert.equal(report.savingNanoUsd, 0);
    assert.equal(report.rows[0]?.unknownPriceCalls, 1, 'a row counts its own unknown prices');
  });

  it('counts a cascade with a step of unknown price as one call of unknown price', async (database) => {
    const store = await database.open();
    const head = intent({ requestedModel: 'cascade' });
    await store.ledger.open(head, known);
    const unpriced = { cost: undefined, attempts: [attempt({ cost: undefined })] };
    await call(store, { parentId: head.id }, unpriced);
    await store.ledger.settle(
      settlement(head.id, { cost: undefined, usage: noUsage, attempts: [], verdicts }),
    );
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    assert.deepEqual([report.calls, report.unknownPriceCalls, report.rows[0]?.unknownPriceCalls], [1, 1, 1]);
  });

  /** What the steps of a cascade differ in: its money is in several rows. */
  const paidWith: ReadonlySet<CostGrouping> = new Set(['model', 'tier', 'provider']);

  it('counts a cascade once, however many of its steps have no price, are estimates or were paid by the caller', async (database) => {
    const store = await database.open();
    const head = intent({ requestedModel: 'cascade' });
    await store.ledger.open(head, known);
    for (const model of ['lab/small', 'lab/medium', 'lab/large']) {
      const unpriced = { model, cost: undefined, attempts: [attempt({ model, cost: undefined })] };
      await call(store, { parentId: head.id }, { ...unpriced, estimated: true, callerCost: 5n });
    }
    await store.ledger.settle(
      settlement(head.id, { model: 'lab/large', cost: 0n, usage: noUsage, attempts: [], verdicts }),
    );
    await call(store, {}, { cost: 7n, estimated: true });
    for (const by of costGroupings) {
      const report = await store.ledger.costs({ since: 0, by });
      assert.deepEqual(
        [report.calls, report.unknownPriceCalls, report.estimatedCalls, report.callersOwn],
        [2, 1, 2, { totalNanoUsd: 15, calls: 1 }],
        by,
      );
      const unpriced = report.rows.map(({ calls, unknownPriceCalls }) => [calls, unknownPriceCalls]);
      if (!paidWith.has(by)) assert.deepEqual(unpriced, [[2, 1]], by);
    }
    const { rows: models } = await store.ledger.costs({ since: 0, by: 'model' });
    assert.deepEqual(
      models.map(({ name, calls, unknownPriceCalls }) => `${name} ${calls} ${unknownPriceCalls}`),
      ['anthropic/claude-sonnet 1 0', 'lab/large 1 1', 'lab/medium 0 1', 'lab/small 0 1'],
    );
  });

  it('counts the money of parents and children once', async (database) => {
    const store = await database.open();
    const parent = intent({ reserved: 500n });
    await store.ledger.open(parent, known);
    for (const cost of [100n, 50n]) {
      await call(store, { parentId: parent.id, reservationId: parent.id }, { cost });
    }
    await store.ledger.settle(settlement(parent.id, { cost: 0n, attempts: [] }));
    assert.equal((await store.ledger.costs({ since: 0, by: 'tool' })).totalNanoUsd, 150);
  });

  it('counts a cascade as one call of the model that answered, and its money under the models of its steps', async (database) => {
    const store = await database.open();
    const verdicts: readonly StepVerdict[] = [
      { requestIds: [], model: 'a/cheap', accepted: false, because: [] },
      { requestIds: [], model: 'b/strong', accepted: true, because: [] },
    ];
    const task = 'math';
    for (let n = 0; n < 2; n += 1) {
      const head = intent({ requestedModel: 'cascade', task });
      await store.ledger.open(head, known);
      for (const [model, cost] of [
        ['a/cheap', 1n],
        ['b/strong', 9n],
      ] as const)
        await call(store, { parentId: head.id, task }, { model, attempts: [attempt({ model })], cost });
      const end = { model: 'b/strong', cost: 0n, usage: noUsage, attempts: [], frontierCost: 30n, verdicts };
      await store.ledger.settle(settlement(head.id, end));
    }
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    assert.deepEqual([report.calls, report.totalNanoUsd, report.nanoUsdPerSuccess], [2, 20, 10]);
    assert.deepEqual(
      report.rows.map(({ name, calls, succeeded, totalNanoUsd }) => [name, calls, succeeded, totalNanoUsd]),
      [
        ['b/strong', 2, 2, 18],
        ['a/cheap', 0, 0, 2],
      ],
      'a rejected answer is not a success, but its cost counts',
    );
    const [math] = (await store.ledger.costs({ since: 0, by: 'task' })).rows;
    assert.deepEqual([math?.calls, math?.nanoUsdPerSuccess], [2, 10]);
    const volume = await store.ledger.volume({ since: 0 });
    assert.deepEqual(
      [volume[0]?.calls, volume[0]?.nanoUsd],
      [2, 20],
      'the same count as replay, advise and the tiers',
    );
  });

  it('charges a call without an answer to the model that was tried last', async (database) => {
    const store = await database.open();
    const attempts = [
      attempt({ model: 'a/one', provider: 'a', cost: 0n }),
      attempt({ model: 'b/two', provider: 'b', cost: 9n }),
    ];
    await call(store, {}, { state: 'failed', model: undefined, provider: undefined, cost: 9n, attempts });
    assert.deepEqual(rows(await store.ledger.costs({ since: 0, by: 'model' })), ['b/two 9 1']);
    assert.deepEqual(rows(await store.ledger.costs({ since: 0, by: 'provider' })), ['b 9 1']);
    assert.equal((await store.ledger.costs({ since: 0, by: 'model' })).nanoUsdPerSuccess, undefined);
  });

  it('lists what failed attempts cost under the models that were paid, and the call under the one that answered', async (database) => {
    const store = await database.open();
    const failed = { outcome: 'failed', model: 'a/one', provider: 'a', tier: 'frontier' } as const;
    const usage = { ...noUsage, input: 4 };
    const answering = { model: 'b/two', provider: 'b', tier: 'economy' } as const;
    await call(
      store,
      {},
      {
        ...answering,
        cost: 100n,
        usage: { ...noUsage, input: 13 },
        attempts: [
          attempt({ ...failed, cost: 30n, usage }),
          attempt({ ...failed, cost: 10n, usage }),
          attempt({ ...answering, cost: 60n, usage: { ...noUsage, input: 5 } }),
        ],
      },
    );
    for (const [by, expected] of Object.entries({
      model: ['b/two 60 1', 'a/one 40 0'],
      provider: ['b 60 1', 'a 40 0'],
      tier: ['economy 60 1', 'frontier 40 0'],
      tool: ['(none) 100 1'],
    } as const)) {
      const report = await store.ledger.costs({ since: 0, by: by as (typeof costGroupings)[number] });
      assert.deepEqual(rows(report), expected, by);
      assert.equal(report.totalNanoUsd, 100);
      assert.deepEqual(
        report.rows.map(({ usage: { input } }) => input),
        by === 'tool' ? [13] : [5, 8],
      );
    }
  });

  it('leaves the money of failed attempts with the call if their model is the same or their tier is not known', async (database) => {
    const store = await database.open();
    const again = attempt({ outcome: 'failed', tier: undefined, cost: 40n });
    const other = attempt({ outcome: 'failed', model: 'a/one', provider: 'a', tier: undefined, cost: 7n });
    await call(store, {}, { cost: 147n, attempts: [again, other, attempt()] });
    assert.deepEqual(rows(await store.ledger.costs({ since: 0, by: 'tier' })), ['workhorse 147 1']);
    assert.deepEqual(rows(await store.ledger.costs({ since: 0, by: 'model' })), [
      'anthropic/claude-sonnet 140 1',
      'a/one 7 0',
    ]);
  });

  it('says of those models that their price is unknown that were paid at one', async (database) => {
    const store = await database.open();
    const unknown = { model: 'a/unpriced', provider: 'a', cost: undefined };
    const other = { model: 'c/unpriced', provider: 'c', cost: undefined };
    const priced = { model: 'b/two', provider: 'b', cost: 7n };
    const unknownPrices = async () => {
      const report = await store.ledger.costs({ since: 0, by: 'model' });
      return [
        report.unknownPriceCalls,
        report.rows.map(({ name, unknownPriceCalls }) => [name, unknownPriceCalls]),
      ];
    };
    const ended = { cost: undefined, model: 'b/two', provider: 'b' };
    await call(store, {}, { ...ended, attempts: [attempt(unknown), attempt(other), attempt(priced)] });
    assert.deepEqual(await unknownPrices(), [
      1,
      [
        ['b/two', 0],
        ['a/unpriced', 1],
        ['c/unpriced', 1],
      ],
    ]);
    const reverse = { cost: undefined, model: 'a/unpriced', provider: 'a' };
    await call(store, {}, { ...reverse, attempts: [attempt(priced), attempt(other), attempt(unknown)] });
    assert.deepEqual(await unknownPrices(), [
      2,
      [
        ['b/two', 0],
        ['a/unpriced', 2],
        ['c/unpriced', 2],
      ],
    ]);
    const [top] = (await store.ledger.costs({ since: 0, by: 'model' })).rows;
    assert.deepEqual([top?.name, top?.totalNanoUsd], ['b/two', 14]);
  });

  it('leaves out calls that are still running', async (database) => {
    const store = await database.open();
    await store.ledger.open(intent(), known);
    assert.equal((await store.ledger.costs({ since: 0, by: 'model' })).calls, 0);
  });

  it('reports money beyond the safe integers, rounded to sixteen digits', async (database) => {
    const store = await database.open();
    const cost = BigInt(Number.MAX_SAFE_INTEGER);
    for (let made = 0; made < 3; made += 1) await call(store, {}, { cost, frontierCost: 10n * cost });
    await call(store, { simulated: true }, { cost });
    await call(store, { simulated: true }, { cost });
    const report = await store.ledger.costs({ since: 0, by: 'model' });
    const [row] = report.rows;
    assert.deepEqual(
      [report.totalNanoUsd, report.frontierNanoUsd, report.savingNanoUsd, row?.totalNanoUsd],
      [3n * cost, 30n * cost, 27n * cost, 3n * cost].map(Number),
    );
    assert.deepEqual(report.simulated, { totalNanoUsd: Number(2n * cost), calls: 2 });
    assert.equal(report.nanoUsdPerSuccess, Number.MAX_SAFE_INTEGER);
    const real = (await store.ledger.volume({ since: 0 })).find(({ simulated }) => !simulated);
    assert.equal(real?.nanoUsd, Number(3n * cost));
  });
});

const verdicts: readonly StepVerdict[] = [{ requestIds: [], model: 'a/m', accepted: true, because: [] }];

/** Each call has its own time: `a/m` and `b/m` alternate. */
async function alternating(store: Store, count: number) {
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      call(store, { startedAt: noon + n }, { model: n % 2 === 0 ? 'a/m' : 'b/m', cost: 10n }),
    ),
  );
}

describeEachBackend('the volume of calls, and samples of it', (it) => {
  it('counts whole calls by their fate, a cascade as one call with the cost of its steps', async (database) => {
    const store = await database.open();
    await call(store, { startedAt: noon - 1 }, { model: 'a/m' });
    await call(store, {}, { model: 'a/m', cost: 7n });
    await call(store, {}, { model: 'a/m', cost: undefined });
    await call(store, {}, { model: undefined, state: 'failed' });
    await call(store, {}, { model: undefined, state: 'refused', usage: noUsage });
    await call(store, { simulated: true }, { model: 'a/m', cost: 2n });
    const vectors = { policy: 'asked', reason: '', ranked: [], ruledOut: [], needs: ['embeddings'] as const };
    await call(store, { decision: vectors }, { model: 'a/m', cost: 3n });
    const cascade = await call(
      store,
      { requestedModel: 'cascade', startedAt: noon + 5 },
      { model: 'a/m', cost: 0n, usage: noUsage, verdicts },
    );
    await call(store, { parentId: cascade, startedAt: noon + 6 }, { model: 'b/m', cost: 20n });
    await call(store, { parentId: cascade, startedAt: noon + 7 }, { model: 'a/m', cost: 30n });
    const volume = await store.ledger.volume({ since: noon });
    const seen = volume.map(({ fate, simulated, model, calls, nanoUsd }) =>
      [fate, simulated ? 'simulated' : 'real', model ?? '-', calls, nanoUsd].join(' '),
    );
    assert.deepEqual(seen.toSorted(), [
      'paid real a/m 2 57',
      'paid simulated a/m 1 2',
      'unanswered real - 1 100',
      'unpriced real a/m 1 0',
      'vectors real a/m 1 3',
    ]);
    assert.equal(volume.find(({ fate, simulated }) => fate === 'paid' && !simulated)?.firstAt, noon);
    const drawn = await store.ledger.sample({ since: noon, simulated: false, every: 1, without: [] });
    assert.equal(drawn.length, 4, 'the plain call, the cascade and its steps');
    assert.ok(drawn.filter(({ parentId }) => parentId === cascade).length === 2);
  });

  it('samples evenly over the whole period, whatever the rhythm of the calls', async (database) => {
    const store = await database.open();
    await alternating(store, 300);
    for (const every of [2, 3, 6]) {
      const drawn = await store.ledger.sample({ since: 0, simulated: false, every, without: [] });
      assert.equal(drawn.length, 300 / every);
      const ofA = drawn.filter(({ model }) => model === 'a/m').length / drawn.length;
      assert.ok(Math.abs(ofA - 0.5) < 0.1, `${every}: ${ofA}`);
      const late = drawn.filter(({ startedAt }) => startedAt >= noon + 150).length / drawn.length;
      assert.ok(Math.abs(late - 0.5) < 0.05, `${every}: ${late} of them late`);
    }
    const others = await store.ledger.sample({ since: 0, simulated: false, every: 5, without: ['a/m'] });
    assert.deepEqual([others.length, others.every(({ model }) => model === 'b/m')], [30, true]);
    assert.deepEqual(await store.ledger.sample({ since: 0, simulated: true, every: 1, without: [] }), []);
  });
});
