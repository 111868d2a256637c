import assert from 'node:assert/strict';
import { describeEachBackend } from '../../test/support/each-backend.ts';
import { drawn, intent, noon, settlement } from '../../test/support/ledger-samples.ts';

const snapshot = (version: number) => ({
  version,
  layout: 1,
  createdAt: noon,
  label: `v${version}`,
  readUpTo: noon - 5,
  outcomes: 12,
  state: { cells: [['a\nb', 1.5]] },
});

describeEachBackend('what the router learned', (it) => {
  it('returns outcomes from a moment on, in order, with what the router learns from their calls', async (database) => {
    const store = await database.open({ now: () => noon });
    const { ledger, router } = store;
    const bytes = new Uint8Array([1, 2, 3, 4]);
    const kind = { task: 'chat', difficulty: 0.25, features: { version: 3, bytes } } as const;
    for (const id of ['req_1', 'req_2']) {
      await ledger.open(intent({ id, ...kind, tags: ['project:red'] }), { unknownPrice: false });
      await ledger.settle(
        settlement(id, {
          verdicts: [
            {
              requestIds: ['x'],
              model: 'm',
              accepted: true,
              probability: 0.8,
              rawProbability: 0.75,
              threshold: 0.7,
              because: [],
            },
          ],
        }),
      );
    }
    await ledger.addOutcome({ callId: 'req_1', at: noon + 10, kind: 'schema', score: 1, source: 'conclave' });
    await ledger.addOutcome({ callId: 'req_2', at: noon + 20, kind: 'feedback', score: 0.5, source: 'key' });
    const [first, second, ...more] = await router.outcomes({ since: noon, limit: 10 });
    assert.deepEqual([first?.callId, second?.callId, more], ['req_1', 'req_2', []]);
    assert.deepEqual(
      [second?.task, second?.difficulty, second?.tags, second?.score, second?.weighed],
      ['chat', 0.25, ['project:red'], 0.5, [{ chance: 0.75, agrees: true }]],
    );
    assert.deepEqual((await router.outcomes({ since: noon + 11, limit: 10 })).length, 1);
    assert.deepEqual((await router.outcomes({ since: noon, limit: 1 })).length, 1);
    const featuresOf = async (layout?: number) =>
      (await router.outcomes({ since: noon, limit: 9, features: layout })).map(({ features }) => features);
    assert.deepEqual(await featuresOf(3), [bytes, bytes]);
    assert.deepEqual(await featuresOf(4), [undefined, undefined], 'of another layout');
    assert.deepEqual(await featuresOf(), [undefined, undefined], 'not requested');
  });

  it('tells how a source rates, and which answers of a key at a task are unrated', async (database) => {
    const { ledger } = await database.open({ now: () => noon });
    const calls = [
      { id: 'rated' },
      { id: 'praised' },
      { id: 'silent' },
      { id: 'later' },
      { id: 'counted' },
      { id: 'invalid' },
      { id: 'failed' },
      { id: 'elsewhere', keyId: 'another' },
      { id: 'other', task: 'math' as const },
      { id: 'fake', simulated: true },
      { id: 'part', parentId: 'silent' },
    ];
    for (const [at, { id, ...more }] of calls.entries()) {
      await ledger.open(intent({ id, keyId: 'mine', task: 'chat', startedAt: noon + at, ...more }), {
        unknownPrice: false,
      });
      const { simulated = false } = more;
      await ledger.settle(settlement(id, { simulated, state: id === 'failed' ? 'failed' : 'ok' }));
    }
    const say = (callId: string, kind: string, score: number) =>
      ledger.addOutcome({ callId, at: noon, kind, score, source: kind === 'feedback' ? 'me' : 'conclave' });
    await say('rated', 'feedback', 0);
    await say('praised', 'feedback', 1);
    await say('counted', 'unrated', 1);
    await say('invalid', 'schema', 0);
    await say('later', 'schema', 1);
    const asked = { source: 'me', keyId: 'mine', task: 'chat', simulated: false };
    // What a source says in another way than by rating is not a rating of its own.
    await ledger.addOutcome({ callId: 'praised', at: noon, kind: 'vote', score: 1, source: 'me' });
    await ledger.addOutcome({ callId: 'other', at: noon, kind: 'check', score: 0, source: 'me' });
    assert.deepEqual(await ledger.ratingHabits(asked), { good: 1, bad: 1, unrated: ['later', 'silent'] });
    assert.deepEqual(await ledger.ratingHabits({ ...asked, source: 'you', task: undefined }), {
      good: 0,
      bad: 0,
      unrated: [],
    });
  });

  it('marks outcomes of simulated calls, and offers none of these calls for training', async (database) => {
    const { ledger, router } = await database.open({ now: () => noon });
    const features = { version: 3, bytes: new Uint8Array([1]) };
    for (const simulated of [true, false]) {
      const id = `req_${simulated}`;
      await ledger.open(intent({ id, features, simulated }), { unknownPrice: false });
      await ledger.settle(settlement(id, { simulated }));
      await ledger.addOutcome({ callId: id, at: noon, kind: 'feedback', score: 1, source: 'key' });
    }
    const outcomes = await router.outcomes({ since: noon, limit: 10 });
    assert.deepEqual(
      outcomes.map(({ callId, simulated }) => [callId, simulated]),
      [
        ['req_true', true],
        ['req_false', undefined],
      ],
    );
    const calls = await router.calls({ since: 0, features: 3, limit: 10 });
    assert.deepEqual(
      calls.map(({ id }) => id),
      ['req_false'],
    );
  });

  it('returns outcomes of one moment page by page, each once', async (database) => {
    const { ledger, router } = await database.open({ now: () => noon });
    const ids = ['req_1', 'req_2', 'req_3', 'req_4', 'req_5'];
    for (const id of ids) {
      await ledger.open(intent({ id }), { unknownPrice: false });
      await ledger.settle(settlement(id));
      await ledger.addOutcome({ callId: id, at: noon, kind: 'feedback', score: 1, source: 'k' });
    }
    const seen: string[] = [];
    let after: { readonly at: number; readonly id: string } | undefined;
    for (;;) {
      const page = await router.outcomes({ since: noon, after, limit: 2 });
      seen.push(...page.map(({ callId }) => callId));
      after = page.at(-1);
      if (page.length < 2) break;
    }
    assert.deepEqual(seen.toSorted(), ids);
  });

  it('returns outcomes in the order in which they were written, even if the clocks of writers differ', async (database) => {
    const hour = 3_600_000;
    const { ledger, router } = await database.open({ now: () => noon });
    const clocks = { req_1: noon, req_2: noon + hour, req_3: noon - 60_000, req_4: noon + 2 };
    for (const [id, at] of Object.entries(clocks)) {
      await ledger.open(intent({ id }), { unknownPrice: false });
      await ledger.settle(settlement(id));
      await ledger.addOutcome({ callId: id, at, kind: 'feedback', score: 1, source: 'k' });
    }
    const times = async (since: number) =>
      (await router.outcomes({ since, limit: 9 })).map(({ callId, at }) => [callId, at - noon]);
    const all = [
      ['req_1', 0],
      ['req_2', hour],
      ['req_3', hour + 1],
      ['req_4', hour + 2],
    ];
    assert.deepEqual(await times(0), all);
    assert.deepEqual(
      await times(noon + hour + 1),
      all.slice(2),
      'a reader finds what came after its last read',
    );
  });

  it('returns calls page by page, with their prompt features, what decided them, and their outcomes', async (database) => {
    const { ledger, router } = await database.open({ now: () => noon });
    const features = { version: 3, bytes: new Uint8Array([7, 0, 255]) };
    const decision = { ...drawn('lab/one'), wishes: { task: 'math', localOnly: true } } as const;
    for (const id of ['req_1', 'req_2', 'req_3']) {
      const named = id === 'req_1' && { decision };
      await ledger.open(intent({ id, features, task: 'math', ...named }), { unknownPrice: false });
      await ledger.settle(settlement(id, { model: 'lab/one', finishReason: 'MAX_TOKENS' }));
    }
    await ledger.addOutcome({ callId: 'req_1', at: noon, kind: 'schema', score: 1, source: 'conclave' });
    await ledger.addOutcome({ callId: 'req_1', at: noon, kind: 'feedback', score: 0.25, source: 'k' });
    await ledger.addOutcome({ callId: 'req_3', at: noon, kind: 'unrated', score: 1, source: 'conclave' });
    const since = { since: 0, features: 3 };
    const first = await router.calls({ ...since, limit: 2 });
    const rest = await router.calls({ ...since, after: 'req_2', limit: 2 });
    assert.deepEqual(
      [...first, ...rest].map(({ id, outcomes }) => [
        id,
        outcomes.map(({ kind, score }) => `${kind} ${score}`).toSorted(),
      ]),
      [
        ['req_1', ['feedback 0.25', 'schema 1']],
        ['req_2', []],
        ['req_3', ['unrated 1']],
      ],
    );
    const { features: kept, task, keyId, tier, model, finishReason } = first[0] ?? {};
    assert.deepEqual(
      [kept, task, keyId, tier, model, finishReason],
      [features.bytes, 'math', 'k1', 'workhorse', 'lab/one', 'MAX_TOKENS'],
    );
    assert.deepEqual(first[0]?.decision, {
      policy: 'learned',
      ranked: [{ model: 'lab/one' }],
      wishes: { task: 'math', localOnly: true },
      experiment: { arm: 'learned', propensity: 0.5, explored: false },
    });
    assert.equal(first[1]?.decision, undefined);
    assert.deepEqual(await router.calls({ since: 0, features: 4, limit: 9 }), [], 'of another layout');
    assert.deepEqual(await router.calls({ since: noon * 2, features: 3, limit: 9 }), []);
  });

  it('replaces an outcome of the same source and call', async (database) => {
    const { ledger, router } = await database.open({ now: () => noon });
    await ledger.open(intent({ id: 'req_1' }), { unknownPrice: false });
    await ledger.settle(settlement('req_1'));
    for (const [later, score] of [0, 1, 0.5].entries())
      await ledger.addOutcome({ callId: 'req_1', at: noon + later, kind: 'feedback', score, source: 'k' });
    assert.deepEqual(
      (await router.outcomes({ since: 0, limit: 10 })).map(({ score, at, firstAt }) => [score, at, firstAt]),
      [[0.5, noon + 2, noon]],
      'keeps the place of the first',
    );
  });

  it('stores a version once, unchanged, and lets one be pinned', async (database) => {
    const { router } = await database.open();
    assert.equal(await router.addSnapshot(snapshot(1)), true);
    assert.equal(await router.addSnapshot({ ...snapshot(1), label: 'another process' }), false);
    await router.addSnapshot(snapshot(2));
    assert.deepEqual(await router.snapshot(1), snapshot(1));
    assert.equal(await router.snapshot(3), undefined);
    assert.deepEqual(
      (await router.snapshots()).map(({ version, label }) => [version, label]),
      [
        [1, 'v1'],
        [2, 'v2'],
      ],
    );
    assert.equal(await router.pinned(), undefined);
    await router.pin(2);
    await router.pin(1);
    assert.equal(await router.pinned(), 1);
    await assert.rejects(router.pin(9), { code: 'not_found' });
    assert.equal(await router.pinned(), 1);
    await router.pin(undefined);
    assert.equal(await router.pinned(), undefined);
  });

  it('keeps the latest snapshots of a label, all of other labels, and the pinned one', async (database) => {
    const { router } = await database.open();
    const label = 'often';
    for (const version of [1, 2, 3, 5, 6]) await router.addSnapshot({ ...snapshot(version), label });
    await router.addSnapshot(snapshot(4));
    await router.pin(2);
    const versions = async () => (await router.snapshots()).map(({ version }) => version);
    assert.equal(await router.addSnapshot({ ...snapshot(6), label }, 1), false);
    assert.deepEqual(await versions(), [1, 2, 3, 4, 5, 6], 'nothing was added');
    assert.equal(await router.addSnapshot({ ...snapshot(7), label }, 2), true);
    assert.deepEqual(await versions(), [2, 4, 6, 7]);
  });

  it('finds the child calls of a call', async (database) => {
    const { ledger } = await database.open({ now: () => noon });
    await ledger.open(intent({ id: 'req_1' }), { unknownPrice: false });
    await ledger.open(intent({ id: 'req_3', parentId: 'req_1' }), { unknownPrice: false });
    await ledger.open(intent({ id: 'req_2', parentId: 'req_1' }), { unknownPrice: false });
    assert.deepEqual(
      (await ledger.children('req_1')).map(({ id }) => id),
      ['req_2', 'req_3'],
    );
    assert.deepEqual(await ledger.children('req_2'), []);
    await ledger.open(intent({ id: 'req_4', parentId: 'req_3' }), { unknownPrice: false });
    await ledger.open(intent({ id: 'req_5' }), { unknownPrice: false });
    const below = async (...ids: string[]) => (await ledger.descendants(ids)).map(({ id }) => id);
    assert.deepEqual(await below('req_1'), ['req_2', 'req_3', 'req_4']);
    assert.deepEqual(await below('req_3', 'req_5'), ['req_4']);
    assert.deepEqual(await below(), []);
  });
});
