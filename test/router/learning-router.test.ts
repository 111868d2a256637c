import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openClassifier } from '../../src/composition/engine/open-classifier.ts';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { startAnsweringProvider, type Says } from '../providers/answering-provider.ts';
import { conclave } from '../support/command-line.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { intent, settlement } from '../support/ledger-samples.ts';
import { until } from '../support/until.ts';

const price = (usd: number) => ({ input: usd, output: usd });

async function setUp(
  t: TestContext,
  routing: ConfigInput['routing'] = { policy: 'learned' },
  says: Says = () => 'Well.',
) {
  return startTestGateway(t, { config: await configOf(t, routing, says) });
}

async function configOf(t: TestContext, routing: ConfigInput['routing'], says: Says): Promise<ConfigInput> {
  const lab = await startAnsweringProvider(t, says);
  return {
    providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
    models: [
      { id: 'lab/one', family: 'a', tier: 'workhorse', price: price(1) },
      { id: 'lab/two', family: 'b', tier: 'workhorse', price: price(1.5) },
    ],
    routing,
  };
}

let asked = 0;
async function call(gateway: TestGateway, more: object = {}, headers: Record<string, string> = {}) {
  asked += 1;
  const messages = [{ role: 'user', content: `Tell me about river ${asked}.` }];
  const reply = await post(
    gateway,
    '/v1/chat/completions',
    { model: 'auto', max_tokens: 100, messages, ...more },
    headers,
  );
  assert.equal(reply.status, 200, await reply.clone().text());
  const id = reply.headers.get('x-conclave-request-id') ?? '';
  return { id, row: await gateway.app.ledger.show(id) };
}

const judge = (gateway: TestGateway, id: string, score: unknown) =>
  post(gateway, '/v1/feedback', { request_id: id, score });

/** The models that the key's calls go to, without experiments. */
async function usualChoice(gateway: TestGateway, headers: Record<string, string> = {}) {
  const { row } = await call(
    gateway,
    {},
    { 'x-conclave-tags': ['critical', headers['x-conclave-tags']].filter(Boolean).join() },
  );
  return row?.model;
}

test('feedback changes later choices: a model with bad ratings loses its place', async (t) => {
  const gateway = await setUp(t);
  assert.equal(await usualChoice(gateway), 'lab/one');
  for (let n = 0; n < 25; n += 1) {
    const { id, row } = await call(gateway, {}, { 'x-conclave-tags': 'critical' });
    const reply = await judge(gateway, id, row?.model === 'lab/one' ? 'bad' : 'good');
    assert.equal(reply.status, 200);
  }
  assert.equal(await usualChoice(gateway), 'lab/two');
});

test('a user who only complains does not cost a model its place by using it', async (t) => {
  const gateway = await setUp(t, { policy: 'learned', exploration: 0 });
  const asked = { 'x-conclave-tags': 'critical', 'x-conclave-task': 'chat' };
  const answers: string[] = [];
  for (let n = 0; n < 40; n += 1) answers.push((await call(gateway, {}, asked)).id);
  const outcomesOf = async (id: string) => (await gateway.app.ledger.show(id))?.outcomes ?? [];
  const kindsOf = async (id: string) => (await outcomesOf(id)).map(({ kind, score }) => `${kind} ${score}`);
  await judge(gateway, answers[0] ?? '', 'bad');
  await judge(gateway, answers[0] ?? '', 'bad');
  const controls: string[] = [];
  for (const id of answers) if ((await kindsOf(id)).includes('unrated 1')) controls.push(id);
  assert.ok(controls.length >= 5 && controls.length <= 20, `${controls.length}`);
  assert.equal(await usualChoice(gateway, asked), 'lab/one');
  const [control = ''] = controls;
  await judge(gateway, control, 'good');
  assert.deepEqual((await kindsOf(control)).toSorted(), ['feedback 1', 'unrated 0'], 'it is rated now');
  for (const id of answers) await judge(gateway, id, 'bad');
  await gateway.app.router.learned.refresh();
  assert.equal(await usualChoice(gateway, asked), 'lab/two', 'all answers were bad');
});

test('what one project learns affects mostly that project', async (t) => {
  const gateway = await setUp(t);
  const inProject = { 'x-conclave-tags': 'critical,project:red' };
  const inProjectOf = { ...inProject, 'x-conclave-task': 'chat' };
  for (let n = 0; n < 12; n += 1) {
    const { id, row } = await call(gateway, {}, inProjectOf);
    await judge(gateway, id, row?.model === 'lab/one' ? 0 : 1);
  }
  const { state } = gateway.app.router.learned;
  const chance = (tag?: string) =>
    state.learner.estimate({ model: 'lab/one', task: 'chat', base: 0.8, ...(tag && { tag }) }).mean;
  assert.ok(chance('project:red') < chance() - 0.02, `${chance('project:red')} < ${chance()}`);
});

test('feedback is accepted only for calls of the same key, and errors say what is wrong', async (t) => {
  const gateway = await setUp(t);
  const { id } = await call(gateway);
  const other = await createKey(gateway, { name: 'other' });
  assert.equal((await judge({ ...gateway, key: other.key }, id, 'bad')).status, 404);
  for (const score of ['great', 2, -1]) assert.equal((await judge(gateway, id, score)).status, 400);
  assert.equal((await post(gateway, '/v1/feedback', { request_id: id })).status, 400);
  assert.equal((await judge({ ...gateway, key: 'wrong' }, id, 'good')).status, 401);
  const failed = await post(
    gateway,
    '/v1/chat/completions',
    { model: 'lab/one', messages: [{ role: 'user', content: 'Hi' }] },
    { 'x-conclave-max-cost-usd': '0.000000001' },
  );
  const failedId = failed.headers.get('x-conclave-request-id') ?? '';
  const judged = await judge(gateway, failedId, 'good');
  assert.deepEqual([failed.status >= 400, judged.status], [true, 400], await judged.clone().text());
  assert.match(await judged.text(), /there is no answer to judge/);
  await judge(gateway, id, 'good');
  await judge(gateway, id, 0.25);
  const row = await gateway.app.ledger.show(id);
  assert.deepEqual(
    row?.outcomes.map(({ kind, score }) => [kind, score]),
    [['feedback', 0.25]],
    'the latest word holds',
  );
});

test('a small share of calls explores or goes to the guard arm, each with its propensity; critical calls never do', async (t) => {
  const gateway = await setUp(t, { policy: 'learned', exploration: 0.05 });
  const rows = await Promise.all(Array.from({ length: 150 }, () => call(gateway).then(({ row }) => row)));
  const experiments = rows.flatMap((row) => row?.decision?.experiment ?? []);
  assert.equal(experiments.length, 150);
  const special = experiments.filter(({ explored, arm }) => explored || arm === 'guard');
  assert.ok(special.length < 40, `${special.length} of 150`);
  for (const { arm, explored, propensity } of experiments) {
    assert.ok(propensity > 0 && propensity <= 1);
    if (explored || arm === 'guard') assert.ok(propensity <= 0.05);
    else assert.ok(propensity > 0.9);
  }
  const critical = await call(gateway, {}, { 'x-conclave-tags': 'critical' });
  assert.equal(critical.row?.decision?.experiment, undefined);
});

test('a repeated prompt counts against the answer, once; a broken schema counts against its model', async (t) => {
  const gateway = await setUp(t, {}, () => '{"n": "not a number"}');
  const messages = [{ role: 'user', content: 'The very same question' }];
  const ids: string[] = [];
  for (let n = 0; n < 4; n += 1) ids.push((await call(gateway, { messages })).id);
  const kinds = async (id: string) =>
    (await gateway.app.ledger.show(id))?.outcomes.map(({ kind, score }) => `${kind} ${score}`).toSorted();
  /** Outcomes are written after the reply; the reply does not wait for them. */
  const said = (id: string, count: number) =>
    until(async () => (await kinds(id))?.length === count, `${count} outcomes of ${id}`);
  // The only answer to draw from is this one, so there is no other to compare it with.
  await said(ids[0] ?? '', 2);
  assert.deepEqual(await kinds(ids[0] ?? ''), ['asked-again 0', 'drawn 1']);
  assert.deepEqual(await kinds(ids[1] ?? ''), [], 'a loop is no evidence');
  const schema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
  const { id } = await call(gateway, {
    response_format: { type: 'json_schema', json_schema: { name: 'n', schema } },
  });
  await said(id, 1);
  assert.deepEqual(await kinds(id), ['schema 0']);
});

test('an answer cut by a limit is not counted as a broken schema of its model', async (t) => {
  const gateway = await setUp(t, {}, () => '{"n": 1, "m": 2, "o": 3}');
  const response_format = { type: 'json_object' };
  const cut = await call(gateway, { response_format, max_tokens: 2 });
  assert.equal(cut.row?.finishReason, 'length');
  const whole = await call(gateway, { response_format });
  const kinds = async (id: string) =>
    (await gateway.app.ledger.show(id))?.outcomes.map(({ kind, score }) => `${kind} ${score}`);
  await until(async () => (await kinds(whole.id))?.length === 1, 'the outcome of the whole answer');
  assert.deepEqual(await kinds(cut.id), []);
});

test('snapshots are taken, compared, pinned and rolled back, and earlier learned state stays readable', async (t) => {
  const gateway = await setUp(t);
  const router = gateway.app.router.learned;
  const learn = async (score: number) => {
    for (let n = 0; n < 10; n += 1)
      await judge(gateway, (await call(gateway, {}, { 'x-conclave-tags': 'critical' })).id, score);
  };
  const chance = () => router.state.learner.estimate({ model: 'lab/one', base: 0.8 }).mean;
  await learn(1);
  const good = await router.versions.take('good times');
  await assert.rejects(router.versions.take('x'.repeat(101)), { code: 'invalid_request' });
  const before = chance();
  await learn(0);
  const after = chance();
  assert.ok(after < before);
  const [change] = await gateway.app.router.compare(good, undefined);
  assert.equal(change?.model, 'lab/one');
  assert.ok((change?.after ?? 1) < (change?.before ?? 0));
  await router.versions.pin(good);
  assert.equal(chance(), before);
  await learn(0);
  assert.equal(chance(), before, 'pinned is pinned');
  await router.versions.pin(undefined);
  await router.refresh();
  assert.ok(chance() < before);
  const back = await router.versions.rollback(good);
  assert.equal(chance(), before);
  assert.ok(back > good);
  await learn(0);
  assert.ok(chance() < before, 'learning continues from there');
  await assert.rejects(router.versions.pin(999), { code: 'not_found' });
});

test('after a rollback, what is said again about the same calls counts, in every process', async (t) => {
  const gateway = await setUp(t);
  const router = gateway.app.router.learned;
  const calls: string[] = [];
  for (let n = 0; n < 10; n += 1) calls.push((await call(gateway, { model: 'lab/one' })).id);
  const [kept = '', ...wrong] = calls;
  const chance = async () => {
    await router.refresh();
    return router.state.learner.estimate({ model: 'lab/one', base: 0.8 }).mean;
  };
  await judge(gateway, kept, 'good');
  const before = await router.versions.take('before');
  const atFirst = await chance();
  for (const id of wrong) await judge(gateway, id, 'bad');
  assert.ok((await chance()) < atFirst - 0.1);
  await router.versions.rollback(before);
  assert.equal(await chance(), atFirst);
  for (const id of [kept, ...wrong]) await judge(gateway, id, 'good');
  const praised = await chance();
  assert.ok(praised > atFirst, `${praised} > ${atFirst}`);
  for (const id of wrong) await judge(gateway, id, 'bad');
  assert.ok((await chance()) < atFirst - 0.1, 'and a correction of that counts, too');
  const place = { folder: gateway.home, home: gateway.home };
  const taken = await conclave(['router', 'take', 'elsewhere', '--json'], place);
  const { taken: version } = JSON.parse(taken.stdout) as { taken: number };
  assert.deepEqual(await gateway.app.router.compare(version, undefined), [], 'both have the same state');
});

test('a version that is taken while another is pinned contains what was learned, and a rollback stays', async (t) => {
  const gateway = await setUp(t);
  const router = gateway.app.router.learned;
  const learn = async (score: number) => {
    for (let n = 0; n < 10; n += 1)
      await judge(gateway, (await call(gateway, { model: 'lab/one' })).id, score);
    await router.refresh();
  };
  const chance = () => router.state.learner.estimate({ model: 'lab/one', base: 0.8 }).mean;
  await learn(1);
  const clean = await router.versions.take('clean');
  const atFirst = chance();
  await learn(0);
  const poisoned = await router.versions.take('poisoned');
  await router.versions.pin(poisoned);
  await router.versions.rollback(clean);
  await router.versions.take('while pinned');
  await router.versions.adopt({ residual: undefined, worths: undefined }, 'trained');
  assert.ok(chance() < atFirst, 'the pinned version still decides');
  await router.versions.pin(undefined);
  assert.equal(chance(), atFirst);
});

test('the command shows the changes of the chances by which calls are routed, of models as they are configured', async (t) => {
  const config = await configOf(t, { policy: 'learned' }, () => 'Well.');
  const gateway = await startTestGateway(t, { config });
  const { router } = gateway.app;
  const before = await router.learned.versions.take('before');
  for (let n = 0; n < 10; n += 1) {
    const { id } = await call(gateway, { model: 'lab/one' }, { 'x-conclave-task': 'translation' });
    await judge(gateway, id, 'bad');
  }
  await router.learned.refresh();
  const changes = await router.compare(before, undefined);
  assert.ok(changes.length > 0);
  await writeFile(join(gateway.home, 'conclave.yaml'), JSON.stringify(config));
  const place = { folder: gateway.home, home: gateway.home };
  const shown = await conclave(['router', 'compare', String(before), '--json'], place);
  // Outcomes fade a little even between these two readings.
  const rounded = (_: string, value: unknown) => (typeof value === 'number' ? value.toFixed(6) : value);
  assert.equal(
    JSON.stringify(JSON.parse(shown.stdout), rounded),
    JSON.stringify({ changes }, rounded),
    shown.stderr,
  );
  const simulated = await conclave(['router', 'compare', String(before), '--simulate'], place);
  assert.match(simulated.stdout, /no chance changed by more than 0\.001 \(simulated models only\)/);
});

test('a snapshot written by another version is never offered for a rollback', async (t) => {
  const gateway = await setUp(t);
  const { app } = gateway;
  const store = await gateway.store();
  await app.router.learned.versions.take('ours');
  const ours = await store.router.snapshot(1);
  assert.ok(ours);
  await store.router.addSnapshot({ ...ours, version: 2, layout: 99 });
  for (const steer of [app.router.learned.versions.pin(2), app.router.learned.versions.rollback(2)])
    await assert.rejects(steer, { code: 'invalid_request', message: /layout 99.*conclave router take/ });
  assert.equal((await app.router.learned.versions.snapshots()).pinned, undefined);
});

test('a damaged snapshot is reported and ignored: state is rebuilt from the ledger, and the snapshot is not offered', async (t) => {
  const gateway = await setUp(t);
  const store = await gateway.store();
  const router = gateway.app.router.learned;
  for (let n = 0; n < 5; n += 1) await judge(gateway, (await call(gateway)).id, 'bad');
  await router.refresh();
  const known = router.state.learner.estimate({ model: 'lab/one', base: 0.8 }).mean;
  await router.versions.take('ours');
  const ours = await store.router.snapshot(1);
  assert.ok(ours && known < 0.8);
  const states = [
    { settled: { learner: { version: 1, cells: [[1, 2, 3]], watches: [] } } },
    { settled: { learner: { version: 99 } } },
    { outcomes: 7 },
    { outcomes: [{ id: 'o1', callId: 'req_1' }] },
    { closed: {} },
    { settled: { learner: { version: 1, cells: [['lab/one', 0, [['key', 'much', 3]]]], watches: [] } } },
    { settled: { guard: { learned: [['key', {}]], guard: [] } } },
    { settled: { calibration: { bounds: [], parts: [{ lastAt: 0, shares: [['key', null, 1]] }] } } },
    'cut short',
  ];
  for (const [at, state] of states.entries()) {
    const version = at + 2;
    await store.router.addSnapshot({ ...ours, version, state });
    if (state === 'cut short') {
      const database = new DatabaseSync(join(gateway.home, 'conclave.db'));
      database.exec(`UPDATE router_snapshots SET state = '{"settled":{"lea' WHERE version = ${version}`);
      database.close();
    }
    await router.refresh();
    assert.equal(router.state.learner.estimate({ model: 'lab/one', base: 0.8 }).mean, known, String(version));
    for (const steer of [router.versions.pin(version), router.versions.rollback(version)])
      await assert.rejects(steer, { code: 'invalid_request', message: /damaged.*conclave router take/ });
    await assert.rejects(gateway.app.router.compare(version, undefined), {
      code: 'configuration',
      message: /damaged/,
    });
    assert.equal((await router.versions.snapshots()).pinned, undefined);
  }
});

test('only an admin controls the learned state over HTTP', async (t) => {
  const gateway = await setUp(t);
  const admin = { url: gateway.url, key: gateway.adminKey };
  const steer = async (body: object) => {
    const reply = await post(admin, '/admin/router', body);
    return { status: reply.status, body: (await reply.json()) as { version?: number } };
  };
  assert.deepEqual(await steer({ take: 'start' }), { status: 201, body: { version: 1 } });
  for (let n = 0; n < 5; n += 1) await judge(gateway, (await call(gateway)).id, 'bad');
  const look = await fetch(`${gateway.url}/admin/router?before=1`, {
    headers: { authorization: `Bearer ${gateway.adminKey}` },
  });
  const seen = (await look.json()) as { snapshots: unknown[]; changes: { after: number; before: number }[] };
  assert.equal(seen.snapshots.length, 1);
  assert.ok((seen.changes[0]?.after ?? 1) < (seen.changes[0]?.before ?? 0));
  assert.equal((await steer({ pin: 1 })).status, 200);
  assert.deepEqual((await steer({ rollback: 1 })).body, { version: 2, pinned: 1 });
  assert.equal((await steer({ pin: null })).status, 200);
  assert.deepEqual((await steer({ rollback: 1 })).body, { version: 3 });
  assert.equal((await steer({ pin: 77 })).status, 404);
  assert.equal((await steer({ pin: 'one' })).status, 400);
  assert.equal((await post(gateway, '/admin/router', { take: 'mine' })).status, 403);
});

test('an outcome from a host with a fast clock does not stop learning, and a rollback drops it too', async (t) => {
  const gateway = await setUp(t);
  const { ledger } = gateway.app;
  const store = await gateway.store();
  const router = gateway.app.router.learned;
  const chance = async () => {
    await router.refresh();
    return router.state.learner.estimate({ model: 'lab/one', task: 'chat', base: 0.8 }).mean;
  };
  const asChat = { 'x-conclave-task': 'chat' };
  const before = await router.versions.take('before');
  const ahead = await call(gateway, { model: 'lab/one' }, asChat);
  const at = Date.now() + 3_600_000;
  await store.ledger.addOutcome({ callId: ahead.id, at, kind: 'feedback', score: 1, source: 'elsewhere' });
  const praised = await chance();
  const judgeMany = async () => {
    for (let n = 0; n < 10; n += 1)
      await judge(gateway, (await call(gateway, { model: 'lab/one' }, asChat)).id, 'bad');
  };
  await judgeMany();
  assert.ok((await chance()) < praised - 0.1, 'feedback after it is learned');
  assert.equal((await ledger.show(ahead.id))?.outcomes[0]?.at, at);
  await router.versions.rollback(before);
  assert.equal(await chance(), 0.8, 'all of it is dropped');
  await judgeMany();
  assert.ok((await chance()) < 0.7, 'and later feedback is learned');
});

test('several processes on one store learn the same from all outcomes', async (t) => {
  const gateway = await setUp(t);
  for (let n = 0; n < 8; n += 1) await judge(gateway, (await call(gateway)).id, 'bad');
  const place = { folder: gateway.home, home: gateway.home };
  const { id } = await call(gateway);
  const said = await conclave(['feedback', id, 'good'], place);
  assert.equal(said.code, 0, said.stderr);
  const taken = await conclave(['router', 'take', 'elsewhere', '--json'], place);
  assert.equal(taken.code, 0, taken.stderr);
  const { taken: version } = JSON.parse(taken.stdout) as { taken: number };
  await gateway.app.router.learned.refresh();
  assert.deepEqual(await gateway.app.router.compare(version, undefined), [], 'both have the same state');
  const list = await conclave(['router', 'snapshots'], place);
  assert.match(list.stdout, /elsewhere/);
  await conclave(['router', 'pin', String(version)], place);
  const back = await conclave(['router', 'rollback', String(version)], place);
  assert.match(back.stdout, new RegExp(`version ${version} is pinned, .*until .conclave router unpin`));
  const wrong = await conclave(['router', 'pin', 'seven'], place);
  assert.equal(wrong.code, 2);
});

test('the first call of a new process goes where the dry run says, using state learned before it started', async (t) => {
  const gateway = await setUp(t);
  for (let n = 0; n < 25; n += 1) {
    const { id, row } = await call(gateway, {}, { 'x-conclave-tags': 'critical' });
    await judge(gateway, id, row?.model === 'lab/one' ? 'bad' : 'good');
  }
  const place = { folder: gateway.home, home: gateway.home };
  await writeFile(join(gateway.home, 'conclave.yaml'), JSON.stringify(gateway.app.config));
  const dry = await conclave(['route', '--json', 'Tell me about rivers.'], place);
  assert.equal(dry.code, 0, dry.stderr);
  const { steps } = JSON.parse(dry.stdout) as { steps: readonly (readonly { model: string }[])[] };
  assert.equal(steps[0]?.[0]?.model, 'lab/two');
  const asked = await conclave(['ask', '--json', '--tag', 'critical', 'Tell me about rivers.'], place);
  assert.equal(asked.code, 0, asked.stderr);
  assert.equal((JSON.parse(asked.stdout) as { model: string }).model, 'lab/two');
});

test('a snapshot with another layout is reported and ignored: routing continues with priors', async (t) => {
  const gateway = await setUp(t);
  const store = await gateway.store();
  const router = gateway.app.router.learned;
  await store.router.addSnapshot({
    version: 7,
    layout: 99,
    createdAt: 1,
    label: 'from the future',
    readUpTo: 1,
    outcomes: 3,
    state: {},
  });
  await router.refresh();
  assert.equal(router.state.learner.estimate({ model: 'lab/one', base: 0.8 }).mean, 0.8);
  assert.equal((await call(gateway)).row?.state, 'ok');
  await assert.rejects(gateway.app.router.compare(7, undefined), {
    code: 'configuration',
    message: /layout 99/,
  });
});

test('learned state stays below 10 MB however many keys, tasks and projects send feedback', async () => {
  const { routerState } = await import('../../src/learning/outcomes/router-state.ts');
  const state = routerState();
  for (let n = 0; n < 60_000; n += 1) {
    state.learn({
      id: `${n}`,
      callId: `${n}`,
      at: n,
      kind: 'feedback',
      score: n % 2,
      source: 's',
      keyId: `key-${'x'.repeat(24)}-${n % 997}`,
      model: `provider-${n % 37}/model-with-a-long-name-${n % 211}`,
      task: `task-${n % 22}`,
      tags: [`project:with-a-name-of-some-length-${n % 4001}`],
    });
  }
  const bytes = Buffer.byteLength(JSON.stringify(state.snapshot()));
  assert.ok(bytes < 10_000_000, `${bytes} bytes`);
});

test('a cascade that accepts wrong answers learns to accept less', async (t) => {
  const lab = await startAnsweringProvider(t, (model) => (model === 'big' ? 'It is 7' : '#### 42'));
  const config: ConfigInput = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
    models: [
      { id: 'lab/small-a', family: 'a', tier: 'economy', price: price(0.1) },
      { id: 'lab/small-b', family: 'b', tier: 'economy', price: price(0.2) },
      { id: 'lab/big', family: 'c', tier: 'frontier', price: price(10) },
    ],
  };
  const gateway = await startTestGateway(t, { config });
  const math = { 'x-conclave-task': 'math' };
  const before = await call(gateway, { model: 'cascade' }, math);
  assert.equal(before.row?.model, 'lab/small-b', 'two that agree are accepted');
  for (let n = 0; n < 40; n += 1) {
    const { id, row } = await call(gateway, { model: 'cascade' }, math);
    if (row?.model === 'lab/big') break;
    await judge(gateway, id, 'bad');
  }
  const after = await call(gateway, { model: 'cascade' }, math);
  assert.equal(after.row?.model, 'lab/big');
  const verdict = after.row?.verdicts?.[1];
  assert.ok((verdict?.probability ?? 1) < (verdict?.threshold ?? 0));
});

test('named tasks retrain the classifier, which stays if it does not improve', async (t) => {
  const gateway = await setUp(t);
  const nothing = await gateway.app.router.train({});
  assert.deepEqual([nothing.calls, nothing.path], [0, undefined]);
  const rivers = ['Elbe', 'Loire', 'Vistula', 'Tagus', 'Oder', 'Rhone', 'Danube', 'Ebro'];
  const prompt = (n: number) =>
    `Gauge ${n}: ${rivers[n % rivers.length]} stands at ${n} dm, flow steady, ice none.`;
  const guess = () => openClassifier({ home: gateway.home, log: gateway.app.log })(cluesOf(prompt(777)));
  assert.notEqual(guess()?.task, 'extraction');
  const asking = Array.from({ length: 80 }, (_, n) =>
    call(gateway, { messages: [{ role: 'user', content: prompt(n) }] }, { 'x-conclave-task': 'extraction' }),
  );
  const unnamed = Array.from({ length: 20 }, (_, n) =>
    call(gateway, { messages: [{ role: 'user', content: `Translate ${n} into Polish.` }] }),
  );
  await Promise.all([...asking, ...unnamed]);
  const place = { folder: gateway.home, home: gateway.home };
  const { code, stdout, stderr } = await conclave(['router', 'train', '--json'], place);
  assert.equal(code, 0, stderr);
  const trained = JSON.parse(stdout) as Awaited<ReturnType<typeof gateway.app.router.train>>;
  assert.deepEqual([trained.calls, trained.task.labels, trained.task.kept], [100, 80, 'new']);
  assert.equal(trained.path, join(gateway.home, 'router-weights.json'));
  assert.equal(
    guess()?.task,
    'extraction',
    'after the next start the classifier predicts the tasks that callers named',
  );
  const before = 'Translate this letter into Polish.';
  assert.equal(
    openClassifier({ home: gateway.home, log: gateway.app.log })(cluesOf(before))?.task,
    'translation',
  );
  const again = await gateway.app.router.train({});
  assert.equal(again.task.kept, 'old', 'nothing is left to learn from them');
});

test('however well light work turns out, other work is guessed to be as hard as before', async (t) => {
  const gateway = await setUp(t);
  const { ledger } = await gateway.store();
  const guesses = () => {
    const classify = openClassifier({ home: gateway.home, log: gateway.app.log });
    const prompts = [
      'Write a short greeting to the choir in two lines',
      'Fix the deadlock in our payment service',
      'Audit this login handler for SQL injection',
    ];
    return prompts.map((prompt) => classify(cluesOf(prompt))?.difficulty);
  };
  const before = guesses();
  const classify = openClassifier({ home: gateway.home, log: gateway.app.log });
  for (let n = 0; n < 400; n += 1) {
    const id = `req_${String(n).padStart(6, '0')}`;
    const { features, difficulty } =
      classify(cluesOf(`Write a short greeting to the choir in two lines, version ${n}`)) ?? {};
    const work = {
      task: 'creative',
      ...(features && { features }),
      ...(difficulty && { difficulty }),
    } as const;
    await ledger.open(intent({ id, startedAt: Date.now(), ...work }), { unknownPrice: false });
    await ledger.settle(settlement(id, { finishedAt: Date.now() }));
    const score = Number(n % 10 !== 0);
    await ledger.addOutcome({ callId: id, at: Date.now(), kind: 'feedback', source: 'k1', score });
  }
  const trained = await gateway.app.router.train({});
  assert.deepEqual([trained.calls, trained.path], [400, undefined]);
  assert.deepEqual(guesses(), before);
});

const cluesOf = (prompt: string) => ({
  prompt,
  images: false,
  documents: false,
  schema: false,
  tools: false,
});
