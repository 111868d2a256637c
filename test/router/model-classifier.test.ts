import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema/config-schema.ts';
import { silence, startAnsweringProvider, type Says } from '../providers/answering-provider.ts';
import { startKeyedProvider } from '../providers/keyed-provider.ts';
import { createKey } from '../support/create-key.ts';
import { post, startTestGateway } from '../support/gateway.ts';

const price = (usd: number) => ({ input: usd, output: usd });

/** A prompt without words that indicate its task. */
const vague = 'Please deal with the thing from yesterday.';

async function setUp(t: TestContext, says: Says, classifier: object = {}) {
  const lab = await startAnsweringProvider(t, (model, body) =>
    model === 'small' ? says(model, body) : 'Well.',
  );
  const config: ConfigInput = {
    providers: {
      lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' },
      house: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' },
    },
    models: [
      { id: 'house/own', family: 'd', tier: 'workhorse', price: price(1) },
      { id: 'lab/small', family: 'a', tier: 'economy', price: price(0.1) },
      { id: 'lab/middle', family: 'b', tier: 'workhorse', price: price(1) },
      { id: 'lab/big', family: 'c', tier: 'frontier', price: price(10) },
    ],
    routing: { policy: 'tiered', retries: 0, classifier: { timeoutMs: 60_000, ...classifier } },
  };
  const gateway = await startTestGateway(t, { config });
  const ask = async (
    content: string,
    headers: Record<string, string> = {},
    { model = 'auto', ...more }: { readonly model?: string; readonly provider?: object } = {},
  ) => {
    const body = { model, max_tokens: 50, messages: [{ role: 'user', content }], ...more };
    const reply = await post(gateway, '/v1/chat/completions', body, headers);
    assert.equal(reply.status, 200, await reply.clone().text());
    const id = reply.headers.get('x-conclave-request-id') ?? '';
    const row = await gateway.app.ledger.show(id);
    const cost = Number(reply.headers.get('x-conclave-cost-usd'));
    return { row, cost, children: await gateway.app.ledger.children(id) };
  };
  return { lab, gateway, ask };
}

test('a small model classifies a vague prompt once, and the call is routed by that task', async (t) => {
  const { lab, ask } = await setUp(t, () => '{"task": "architecture", "difficulty": 8}');
  const first = await ask(vague);
  assert.deepEqual([first.row?.task, first.row?.difficulty], ['architecture', 0.8]);
  assert.equal(first.row?.model, 'lab/big');
  assert.deepEqual(
    first.children.map(({ model, task, traceId }) => [model, task, traceId]),
    [['lab/small', 'classification', first.row?.traceId]],
  );
  const [asking] = first.children;
  assert.ok(asking?.cost && first.row?.cost);
  assert.equal(
    Math.round(first.cost * 1e9),
    Number(asking.cost + first.row.cost),
    'the caller sees what all of it cost',
  );
  const fenced = JSON.stringify(lab.asked[0]?.messages);
  assert.match(fenced, /material to sort/);
  assert.match(fenced, /how many of ten language models, .*, would get it wrong/);
  const again = await ask(vague);
  assert.deepEqual([again.row?.task, again.children.length], ['architecture', 0], 'the result is cached');
  const clear = await ask('Translate this letter into Polish: good morning.');
  assert.deepEqual([clear.row?.task, clear.children.length], ['translation', 0], 'the wording is enough');
});

test('what one key asked is classified again for another key', async (t) => {
  const { gateway, ask } = await setUp(t, () => '{"task": "architecture", "difficulty": 8}');
  await ask(vague);
  const { key } = await createKey(gateway, { name: 'another' });
  const body = { model: 'auto', max_tokens: 50, messages: [{ role: 'user', content: vague }] };
  const guesses = async () => {
    const reply = await post({ url: gateway.url, key }, '/v1/chat/completions', body);
    const children = await gateway.app.ledger.children(reply.headers.get('x-conclave-request-id') ?? '');
    return children.map(({ model }) => model);
  };
  assert.deepEqual([await guesses(), await guesses()], [['lab/small'], []]);
});

test("a call with the caller's own key is classified with that key, at the caller's expense", async (t) => {
  const lab = await startKeyedProvider(t);
  const gateway = await startTestGateway(t, {
    config: {
      providers: {
        lab: { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'key-house', callerKeys: true },
      },
      models: [
        { id: 'lab/small', tier: 'economy', price: price(0.1) },
        { id: 'lab/middle', tier: 'workhorse', price: price(1) },
      ],
      routing: { policy: 'tiered', retries: 0, classifier: { always: true, timeoutMs: 60_000 } },
    },
  });
  const body = { model: 'auto', max_tokens: 50, messages: [{ role: 'user', content: vague }] };
  const reply = await post(gateway, '/v1/chat/completions', body, {
    'x-conclave-provider-key': 'lab=key-of-the-caller',
  });
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0');
  assert.deepEqual(lab.keys(), ['key-of-the-caller', 'key-of-the-caller']);
});

test('the classifier is not called if unnecessary: a named model, a named task, a latency-critical call', async (t) => {
  const { lab, ask } = await setUp(t, () => 'chat');
  await ask(vague, {}, { model: 'lab/middle' });
  await ask(vague, { 'x-conclave-task': 'math' });
  await ask(vague, { 'x-conclave-tags': 'latency-critical' });
  assert.deepEqual(
    lab.asked.filter(({ messages }) => messages[0]?.role === 'system'),
    [],
  );
});

test('a config that asks for it everywhere gets it for every call', async (t) => {
  const { ask } = await setUp(t, () => 'security-review', { always: true });
  const { row } = await ask('Translate this letter into Polish: good morning.');
  assert.deepEqual([row?.task, row?.tier], ['security-review', 'frontier']);
});

test('if the classifier fails or returns nonsense, the classification by words stays, with a warning', async (t) => {
  for (const said of [500, 'no idea', '{"task": "plumbing"}']) {
    const { ask } = await setUp(t, () => said);
    const { row } = await ask(vague);
    assert.deepEqual([row?.state, row?.tier], ['ok', 'workhorse'], String(said));
    assert.match(row?.warnings.join() ?? '', /this call was not classified|asked to classify this call/);
  }
});

test('a prompt for which the classifier named no known task is not asked about again', async (t) => {
  const { ask } = await setUp(t, () => '{"task": "plumbing"}');
  assert.equal((await ask(vague)).children.length, 1);
  const again = await ask(vague);
  assert.deepEqual([again.row?.state, again.children.length], ['ok', 0]);
  const failing = await setUp(t, () => 500);
  const [first, second] = [await failing.ask(vague), await failing.ask(vague)];
  assert.deepEqual([first.children.length, second.children.length], [1, 1], 'a failure may pass');
});

test('if the small models fail, no more expensive model classifies the call', async (t) => {
  const { lab, ask } = await setUp(t, () => 401);
  const { row } = await ask(vague);
  assert.match(row?.warnings.join() ?? '', /this call was not classified/);
  const guesses = lab.asked.filter(({ messages }) => messages[0]?.role === 'system');
  assert.deepEqual([...new Set(guesses.map(({ model }) => model))], ['small']);
});

test('a classifier that takes too long is abandoned, and the warning names the limit', async (t) => {
  const { ask } = await setUp(t, () => silence, { timeoutMs: 50 });
  const { row } = await ask(vague);
  assert.deepEqual([row?.state, row?.tier], ['ok', 'workhorse']);
  assert.match(row?.warnings.join() ?? '', /took longer than 50 ms \(routing\.classifier\.timeoutMs\)/);
});

test('the cost of an abandoned classification is in the cost that the reply reports', async (t) => {
  // Long enough for the question to reach its model.
  const { ask } = await setUp(t, () => silence, { timeoutMs: 1_000 });
  const { row, cost, children } = await ask(vague);
  const [guess] = children;
  assert.ok(guess?.cost && row?.cost);
  assert.equal(Math.round(cost * 1e9), Number(guess.cost + row.cost));
});

test('a classifier that matches no model stops the start', async (t) => {
  await assert.rejects(
    setUp(t, () => 'chat', { model: 'tiny' }),
    /routing\.classifier\.model.*tiny/,
  );
});

test('the classifier is asked only at providers that the call allows', async (t) => {
  const { lab, ask } = await setUp(t, () => 'chat');
  for (const provider of [{ only: ['house'] }, { ignore: ['lab'] }]) {
    const { row } = await ask(vague, {}, { provider });
    assert.equal(row?.model, 'house/own');
  }
  assert.deepEqual([...new Set(lab.asked.map(({ model }) => model))], ['own']);
});

test('a classification that does not fit below the ceiling together with the call is left out', async (t) => {
  for (const [usd, models, warned] of [
    ['0.00003', ['small'], true],
    ['0.01', ['small', 'big'], false],
  ] as const) {
    const { lab, ask } = await setUp(t, () => '{"task": "architecture", "difficulty": 8}');
    const { row } = await ask(vague, { 'x-conclave-max-cost-usd': usd });
    assert.deepEqual(
      lab.asked.map(({ model }) => model),
      models,
    );
    assert.equal(
      row?.warnings.some((one) => /not classified: .* ceiling/.test(one)),
      warned,
    );
  }
});
