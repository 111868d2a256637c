import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { attempt, intent, noon, settlement } from '../../test/support/ledger-samples.ts';
import { until } from '../../test/support/until.ts';
import { ConclaveError } from '../core/errors.ts';
import type { AttemptRow, IntentRow, Settlement } from '../core/stores/ledger.ts';
import { noUsage, promptTokens } from '../core/money/usage.ts';

const known = { unknownPrice: false };

describeEachBackend('the ledger', (it) => {
  it('releases the reservation of an intent that seemed lost but was committed', async (database) => {
    const store = await database.open();
    const { id: keyId } = await store.keys.create(
      { name: 'k', budgets: [{ window: 'total', limitUsd: 1, unknownPrices: 'refuse' }] },
      'hash',
    );
    const lost = intent({ keyId, reserved: 500n });
    await store.ledger.open(lost, known);
    const end = settlement(lost.id, { state: 'refused', cost: 0n, attempts: [] });
    await assert.rejects(store.ledger.refuse({ ...lost, reserved: 0n }, end), { code: 'storage' });
    await until(async () => (await store.ledger.show(lost.id))?.state === 'refused', 'the row has ended');
    const [budget] = await store.keys.budgets(keyId, noon);
    assert.deepEqual([budget?.spent, budget?.reserved], [0n, 0n]);
  });

  it('shows a call exactly as it was opened and settled', async (database) => {
    const store = await database.open();
    const opened: IntentRow = {
      id: 'req_full',
      traceId: 'trace_1',
      parentId: 'req_parent',
      startedAt: noon,
      surface: 'mcp',
      tool: 'codereview',
      task: 'code-review',
      difficulty: 0.37,
      features: { version: 3, bytes: new Uint8Array([0, 1, 254, 255]) },
      tags: ['team-a', 'ünï'],
      keyId: 'k1',
      sessionId: 's1',
      requestedModel: 'auto:frontier',
      stream: true,
      clientDialect: 'openai-chat',
      decision: {
        policy: 'tiered',
        reason: 'frontier',
        ranked: [{ model: 'a/b', deployment: 'a#1', estimateNanoUsd: 12 }],
        ruledOut: [{ model: 'c/d', rule: 'capability', reason: 'no vision' }],
      },
      reserved: 5_000n,
      inputEstimate: 800n,
      simulated: false,
    };
    const usage = {
      input: 1,
      output: 2,
      cacheRead: 3,
      cacheWrite: 4,
      cacheWriteLong: 5,
      reasoning: 6,
      webSearches: 7,
    };
    const attempts = [
      attempt({
        outcome: 'failed',
        status: 529,
        errorCode: 'provider_overloaded',
        message: 'busy',
        cost: 0n,
      }),
      attempt({
        model: 'a/b',
        firstByteMs: 120.25,
        usage,
        cost: undefined,
        estimated: true,
        kept: { replyId: 'resp_1', account: 'a 0123' },
      }),
    ];
    const ended: Settlement = {
      id: 'req_full',
      finishedAt: noon + 900,
      state: 'truncated',
      model: 'a/b',
      provider: 'a',
      tier: 'frontier',
      providerDialect: 'anthropic-messages',
      usage,
      estimated: true,
      cost: 4_321n,
      frontierCost: 9_999n,
      firstByteMs: 120.25,
      finishReason: 'stop',
      errorCode: 'stream_truncated',
      errorMessage: 'cut',
      warnings: ['seed ignored'],
      attempts,
      simulated: false,
      bodies: { request: '{"a":"\u0000ü"}', reply: 'hello' },
    };
    await store.ledger.open(opened, known);
    await store.ledger.settle(ended);
    await store.ledger.addOutcome({
      callId: 'req_full',
      at: noon,
      kind: 'feedback',
      score: 0.5,
      source: 'cli',
    });

    const { reserved: _, inputEstimate: __, ...row } = opened;
    const { attempts: ___, ...end } = ended;
    const attemptsAsStored = attempts.map((entry) =>
      Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)),
    );
    assert.deepEqual(await store.ledger.show('req_full'), {
      ...row,
      ...end,
      attempts: attemptsAsStored,
      outcomes: [{ callId: 'req_full', at: noon, kind: 'feedback', score: 0.5, source: 'cli' }],
    });
    assert.deepEqual(await store.ledger.attempts('req_full'), attemptsAsStored);
  });

  it('shows the only attempt of a call unchanged, whether or not it repeats the call', async (database) => {
    const store = await database.open();
    const usage = { ...noUsage, input: 7, reasoning: 2 };
    const end: Partial<Settlement> = { usage, callerCost: 3n, firstByteMs: 130.5 };
    const alike = attempt({ usage, callerCost: 3n, firstByteMs: 130.25, status: 203 });
    const shapes: Partial<AttemptRow>[] = [
      {},
      { status: undefined, firstByteMs: undefined, startedAt: noon + 5, deployment: 'anthropic#2' },
      { model: 'anthropic/other' },
      { provider: 'other' },
      { dialect: 'openai-chat' },
      { outcome: 'truncated' },
      { outcome: 'failed', errorCode: 'provider_timeout', message: 'late' },
      { usage: { ...usage, webSearches: 1 } },
      { usage: noUsage },
      { estimated: true },
      { cost: undefined },
      { callerCost: undefined },
      { kept: { replyId: 'resp_1', account: 'lab' } },
      { simulated: true },
    ];
    for (const [at, shape] of shapes.entries()) {
      const made = { ...alike, ...shape };
      await store.ledger.open(intent({ id: `req_${at}` }), known);
      await store.ledger.settle(settlement(`req_${at}`, { ...end, attempts: [made] }));
      const shown = Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
      assert.deepEqual(await store.ledger.attempts(`req_${at}`), [shown]);
      assert.deepEqual((await store.ledger.show(`req_${at}`))?.attempts, [shown]);
    }
    assert.deepEqual(await store.ledger.attempts('req_unknown'), []);
  });

  it('shows a call that is still running, and nothing for an unknown id', async (database) => {
    const store = await database.open();
    await store.ledger.open(intent({ id: 'req_a' }), known);
    const row = await store.ledger.show('req_a');
    assert.equal(row?.state, 'running');
    assert.deepEqual(row?.usage, noUsage);
    assert.deepEqual(row?.attempts, []);
    assert.equal(await store.ledger.show('req_b'), undefined);
  });

  it('finds the owner and account of a stored answer and its pieces, whichever process received them', async (database) => {
    const [one, other] = [await database.open(), await database.open()];
    for (const [id, keyId] of Object.entries({ req_a: 'key_a', req_b: 'key_b' })) {
      await one.ledger.open(intent({ id, keyId }), known);
      const kept = {
        replyId: `resp_of_${id}`,
        account: `lab of ${id}`,
        pieces: [`msg_of_${id}`, 'msg_of_both'],
      };
      await one.ledger.settle(settlement(id, { attempts: [attempt(), attempt({ kept })] }));
    }
    const { usage } = settlement('req_a');
    const tokens = promptTokens(usage) + usage.output;
    assert.ok(tokens > 0);
    const a = { account: 'lab of req_a', keyId: 'key_a', tokens };
    const b = { account: 'lab of req_b', keyId: 'key_b', tokens };
    const asked = ['resp_of_req_b', 'msg_of_req_a', 'resp_of_nobody', 'msg_of_both', 'resp_of_req_a'];
    assert.deepEqual(Object.fromEntries(await other.ledger.keepersOf(asked)), {
      resp_of_req_b: b,
      msg_of_req_a: a,
      msg_of_both: b,
      resp_of_req_a: a,
    });
    const many = Array.from({ length: 600 }, (_, at) => `msg_${at}`);
    assert.equal((await other.ledger.keepersOf([...many, 'msg_of_req_b'])).size, 1);
  });

  it('finds the later owner of an id that was given twice, in whatever order the answers were recorded', async (database) => {
    const store = await database.open();
    const given = async (
      id: string,
      keyId: string,
      startedAt: number,
      kept: { replyId: string; pieces: string[] },
    ) => {
      await store.ledger.open(intent({ id, keyId, startedAt }), known);
      const answered = attempt({ startedAt, kept: { account: `account of ${keyId}`, ...kept } });
      await store.ledger.settle(settlement(id, { attempts: [answered] }));
    };
    for (const [name, times] of Object.entries({ rising: [1, 2], falling: [2, 1] })) {
      for (const at of times) {
        const keyId = at === 2 ? 'later' : 'earlier';
        await given(`${name} ${at}`, keyId, noon + at, { replyId: `resp ${name}`, pieces: [] });
      }
    }
    await given('as an answer', 'earlier', noon + 1, { replyId: 'id of both', pieces: [] });
    await given('as a piece', 'later', noon + 2, { replyId: 'another', pieces: ['id of both'] });
    const owners = await store.ledger.keepersOf(['resp rising', 'resp falling', 'id of both']);
    assert.deepEqual(
      [...owners].map(([id, { keyId, account }]) => [id, keyId, account]).sort(),
      ['id of both', 'resp falling', 'resp rising'].map((id) => [id, 'later', 'account of later']),
    );
  });

  it('finds the latest maker of a thought, whichever process received it', async (database) => {
    const [one, other] = [await database.open(), await database.open()];
    const made = (id: string, proof: string, account: string, isPortable = false) => {
      const thoughts = [{ proof, account, isPortable }];
      return one.ledger
        .open(intent({ id }), known)
        .then(() => one.ledger.settle(settlement(id, { attempts: [attempt(), attempt({ thoughts })] })));
    };
    await made('req_a', 'p1', 'lab 1');
    await made('req_b', 'p2', 'lab 2', true);
    assert.deepEqual(
      await other.ledger.makersOf(['p0', 'p1', 'p2']),
      new Map([
        ['p1', { account: 'lab 1', isPortable: false }],
        ['p2', { account: 'lab 2', isPortable: true }],
      ]),
    );
    await made('req_c', 'p1', 'lab 3');
    assert.equal((await other.ledger.makersOf(['p1'])).get('p1')?.account, 'lab 3');
    const long = Array.from({ length: 1_200 }, (_, at) => `p${at}`);
    assert.equal((await other.ledger.makersOf(long)).size, 2, 'a long conversation');
    assert.equal((await other.ledger.makersOf([])).size, 0);
  });

  it('keeps acknowledged writes when it is opened again', async (database) => {
    const first = await database.open();
    await first.ledger.open(intent({ id: 'req_a' }), known);
    await first.ledger.settle(settlement('req_a'));
    await first.close();
    const second = await database.open();
    assert.equal((await second.ledger.show('req_a'))?.state, 'ok');
  });

  it('lists the latest calls first, for one key or all', async (database) => {
    const store = await database.open();
    for (const [at, keyId] of ['k1', 'k2', 'k1', 'k2'].entries()) {
      await store.ledger.open(intent({ id: `req_${at}`, startedAt: noon + at, keyId }), known);
      await store.ledger.settle(settlement(`req_${at}`));
    }
    const ids = async (filter: { limit: number; keyId?: string; withoutParent?: boolean }) =>
      (await store.ledger.recent(filter)).map(({ id, attempts }) => `${id}:${attempts.length}`);
    assert.deepEqual(await ids({ limit: 3 }), ['req_3:1', 'req_2:1', 'req_1:1']);
    assert.deepEqual(await ids({ limit: 3, keyId: 'k1' }), ['req_2:1', 'req_0:1']);
    await store.ledger.open(intent({ id: 'req_4', startedAt: noon + 4, parentId: 'req_3' }), known);
    assert.deepEqual(await ids({ limit: 1 }), ['req_4:0']);
    assert.deepEqual(await ids({ limit: 1, withoutParent: true }), ['req_3:1']);
  });

  it('writes a refused call as one row, without a reservation', async (database) => {
    const store = await database.open();
    const key = await store.keys.create(
      { name: 'k', budgets: [{ window: 'day', limitUsd: 1, unknownPrices: 'refuse' }] },
      'h',
    );
    const refused = intent({ id: 'req_a', keyId: key.id, reserved: 500n });
    await store.ledger.refuse(
      refused,
      settlement('req_a', {
        state: 'refused',
        model: undefined,
        provider: undefined,
        tier: undefined,
        cost: 0n,
        attempts: [],
        errorCode: 'no_candidate',
      }),
    );
    const row = await store.ledger.show('req_a');
    assert.equal(row?.state, 'refused');
    assert.equal(row?.errorCode, 'no_candidate');
    assert.equal(row?.keyName, 'k');
    assert.equal((await store.keys.budgets(key.id, noon))[0]?.reserved, 0n);
  });

  it('ignores a second settlement', async (database) => {
    const store = await database.open();
    await store.ledger.open(intent({ id: 'req_a' }), known);
    await Promise.all([
      store.ledger.settle(settlement('req_a', { cost: 100n })),
      store.ledger.settle(settlement('req_a', { cost: 900n })),
    ]);
    await store.ledger.settle(settlement('req_a', { cost: 700n, state: 'failed' }));
    const row = await store.ledger.show('req_a');
    assert.equal(row?.cost, 100n);
    assert.equal(row?.state, 'ok');
    assert.equal(row?.attempts.length, 1);
  });

  it('fails only the write of a group that is at fault', async (database) => {
    const store = await database.open();
    await store.ledger.open(intent({ id: 'req_taken' }), known);
    await store.ledger.open(intent({ id: 'req_open' }), known);
    const results = await Promise.allSettled([
      store.ledger.open(intent({ id: 'req_a' }), known),
      store.ledger.open(intent({ id: 'req_taken' }), known),
      store.ledger.settle(settlement('req_never_opened')),
      store.ledger.open(intent({ id: 'req_b' }), known),
      // Its second attempt cannot be written, so nothing of it may remain.
      store.ledger.settle(
        settlement('req_taken', {
          attempts: [attempt(), attempt({ durationMs: { not: 'a number' } as never })],
        }),
      ),
      store.ledger.settle(settlement('req_open')),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled', 'rejected', 'fulfilled'],
    );
    const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    assert.ok(failed.every((error) => error instanceof ConclaveError));
    assert.equal((await store.ledger.show('req_open'))?.state, 'ok');
    assert.equal((await store.ledger.show('req_taken'))?.state, 'running');
    assert.deepEqual(await store.ledger.attempts('req_taken'), []);
  });

  it('refuses an outcome for an unknown call', async (database) => {
    const store = await database.open();
    await assert.rejects(
      store.ledger.addOutcome({ callId: 'req_x', at: noon, kind: 'feedback', score: 1, source: 'cli' }),
      { code: 'not_found' },
    );
  });

  it('commits what is queued when it is closed, and accepts nothing afterwards', async (database) => {
    const store = await database.open();
    const opened = store.ledger.open(intent({ id: 'req_a' }), known);
    await opened;
    const settled = store.ledger.settle(settlement('req_a'));
    await store.close();
    await settled;
    await assert.rejects(store.ledger.open(intent({ id: 'req_b' }), known), { code: 'storage' });
    const again = await database.open();
    assert.equal((await again.ledger.show('req_a'))?.state, 'ok');
  });
});
