import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ConfigInput } from '../../src/config/schema.ts';
import {
  askLater,
  calling,
  cutOff,
  startAnsweringProvider,
  type Says,
} from '../providers/answering-provider.ts';
import { post, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';

type Cascade = NonNullable<NonNullable<ConfigInput['routing']>['cascade']>;

const price = (usd: number) => ({ input: usd, output: usd });
/** A prompt of 1,000 tokens and an answer of 100, in nano-dollars. */
const costOf = (usd: number) => usd * 1_100_000;

/** Two cheap models of different families, a third as judge, and a strong one that costs a hundred times as much. */
async function gatewayWith(
  t: TestContext,
  says: Says,
  routing: { cascade?: Cascade; policy?: string; retries?: number } = {},
) {
  const lab = await startAnsweringProvider(t, says);
  const config: ConfigInput = {
    providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
    models: [
      { id: 'lab/small-a', family: 'a', tier: 'economy', price: price(0.1) },
      { id: 'lab/small-b', family: 'b', tier: 'economy', price: price(0.2) },
      { id: 'lab/small-c', family: 'c', tier: 'economy', price: price(0.3) },
      { id: 'lab/big', family: 'd', tier: 'frontier', price: price(10) },
    ],
    routing: { retries: 0, ...routing },
  };
  return { lab, gateway: await startTestGateway(t, { config }) };
}

const question = (more: object = {}) => ({
  model: 'cascade',
  messages: [{ role: 'user', content: 'What is 6 times 7?' }],
  ...more,
});

async function answered(gateway: TestGateway, body: object, headers: Record<string, string> = {}) {
  const reply = await post(gateway, '/v1/chat/completions', body, headers);
  const id = reply.headers.get('x-conclave-request-id') ?? '';
  const text = await reply.text();
  const row = await gateway.app.ledger.show(id);
  const children = await gateway.app.ledger.children(id);
  return { reply, text, row, children, models: children.map(({ model }) => model) };
}

const says =
  (answers: Record<string, string | number>): Says =>
  (model) =>
    answers[model] ?? 'no idea';

test('two cheap models of different families that agree are accepted, and the strong one is not called', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': 'The answer is 42.', 'small-b': '#### 42', big: '#### 42' }),
  );
  const { text, row, children, models, reply } = await answered(gateway, question());
  assert.deepEqual(models, ['lab/small-a', 'lab/small-b']);
  assert.match(text, /#### 42/);
  assert.deepEqual([row?.state, row?.model, row?.requestedModel], ['ok', 'lab/small-b', 'cascade']);
  assert.deepEqual(
    row?.verdicts?.map(({ model, accepted }) => [model, accepted]),
    [
      ['lab/small-a', false],
      ['lab/small-b', true],
    ],
  );
  assert.match(row?.verdicts?.[1]?.because.join() ?? '', /agreement: lab\/small-a says the same/);
  for (const child of children) {
    assert.deepEqual([child.parentId, child.traceId, child.reservationId], [row?.id, row?.traceId, row?.id]);
  }
  assert.equal(reply.headers.get('x-conclave-cost-usd'), '0.00033');
  assert.equal(row?.cost, 0n, 'the cost is in the rows of the steps');
  const report = await gateway.app.ledger.costs({ since: 0, by: 'model' });
  assert.equal(report.totalNanoUsd, costOf(0.1) + costOf(0.2));
  assert.equal(report.calls, 1, 'its steps do not count as calls');
});

test('if they disagree the strong model decides, and its answer is streamed', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '#### 41', 'small-b': '#### 43', big: 'It is 42 as everybody knows' }),
  );
  const { text, row, models } = await answered(
    gateway,
    question({ stream: true, stream_options: { include_usage: true } }),
  );
  assert.deepEqual(models, ['lab/small-a', 'lab/small-b', 'lab/big']);
  assert.match(text, /"content":"everybody "/);
  assert.doesNotMatch(text, /####/);
  assert.match(text, /\[DONE\]/);
  assert.equal(row?.model, 'lab/big');
  assert.match(row?.verdicts?.[1]?.because.join() ?? '', /small-a says otherwise/);
});

test('the final answer counts for models that gave it before and against those that did not', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '#### 41', 'small-b': '#### 42', big: '#### 42' }),
  );
  const { children, row } = await answered(gateway, question());
  assert.deepEqual(
    row?.verdicts?.map(({ agrees, accepted }) => [agrees, accepted]),
    [
      [false, false],
      [true, false],
      [undefined, true],
    ],
  );
  const streamed = await answered(gateway, question({ stream: true }));
  assert.deepEqual(
    streamed.row?.verdicts?.map(({ agrees }) => agrees),
    [false, true, undefined],
  );
  assert.deepEqual(await outcomesOf(gateway, children, 2), [['cascade 0'], ['cascade 1'], []]);
});

async function outcomesOf(gateway: TestGateway, calls: readonly { readonly id: string }[], awaited: number) {
  let outcomes: string[][] = [];
  const areThere = async () => {
    const rows = await Promise.all(calls.map(({ id }) => gateway.app.ledger.show(id)));
    outcomes = rows.map((row) => row?.outcomes.map(({ kind, score }) => `${kind} ${score}`) ?? []);
    return outcomes.flat().length >= awaited;
  };
  await until(areThere, 'what a cascade made of its answers');
  return outcomes;
}

test('the steps have the call’s task and difficulty, so that costs and outcomes are grouped under it', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '#### 41', 'small-b': '#### 43', 'small-c': '{"score": 0.1}', big: '#### 42' }),
    { cascade: { judge: true } },
  );
  const messages = [{ role: 'user', content: 'What is 17 * 23? Answer with the number.' }];
  const { row, children } = await answered(gateway, question({ messages }));
  assert.equal(row?.task, 'math');
  assert.ok(row.difficulty !== undefined);
  const steps = children.filter(({ id }) => row.verdicts?.some(({ requestIds }) => requestIds.includes(id)));
  assert.equal(steps.length, 3);
  for (const { task, difficulty } of steps) assert.deepEqual([task, difficulty], [row.task, row.difficulty]);
  assert.ok(children.every(({ task }) => task === 'math'));
  const { rows } = await gateway.app.ledger.costs({ since: 0, by: 'task' });
  assert.deepEqual(
    rows.map(({ name, calls }) => [name, calls]),
    [['math', 1]],
  );
});

test('an accepted answer counts for its own model as much as for the one that agreed', async (t) => {
  const { gateway } = await gatewayWith(t, says({ 'small-a': 'The answer is 42.', 'small-b': '#### 42' }));
  const { children } = await answered(gateway, question());
  assert.deepEqual(await outcomesOf(gateway, children, 2), [['cascade 1'], ['cascade 1']]);
});

test('an answer accepted alone counts for its model with its probability, prose does not count', async (t) => {
  const { gateway } = await gatewayWith(t, says({ 'small-a': '#### 42' }), { cascade: { threshold: 0.3 } });
  const { children, row } = await answered(gateway, question());
  const { accepted, probability } = row?.verdicts?.[0] ?? {};
  assert.equal(accepted, true);
  assert.deepEqual(await outcomesOf(gateway, children, 1), [[`cascade ${probability}`]]);
});

test('over many cascades each cheap model is rated by what it gets right, whichever is called first', async (t) => {
  // Each is wrong in one of five, independently of the other, and the strong one never.
  const isWrong: Record<string, (n: number) => boolean> = {
    'small-a': (n) => n % 5 === 0,
    'small-b': (n) => n < 5,
  };
  const { gateway } = await gatewayWith(
    t,
    (model, { messages }) => {
      const n = Number(/riddle (\d+)/.exec(String(messages.at(-1)?.content))?.[1]);
      return `#### ${isWrong[model]?.(n) ? `${model === 'small-a' ? 1 : 2}00${n}` : 42}`;
    },
    { cascade: { threshold: 0.88 } },
  );
  const riddles = Array.from({ length: 25 }, (_, n) =>
    answered(gateway, question({ messages: [{ role: 'user', content: `A hard riddle ${n}: 6 times 7?` }] }), {
      'x-conclave-task': 'math',
    }),
  );
  const children = (await Promise.all(riddles)).flatMap((one) => one.children);
  for (const model of ['lab/small-a', 'lab/small-b']) {
    const own = children.filter((child) => child.model === model);
    const outcomes = (await outcomesOf(gateway, own, 25)).flat();
    assert.deepEqual(
      [outcomes.filter((one) => one === 'cascade 1').length, outcomes.length],
      [20, 25],
      `${model}: ${outcomes.join()}`,
    );
  }
});

test('accepted prose is no evidence about its model, and neither is rejected prose', async (t) => {
  const tale = 'A river ran through the valley, and nobody knew where it came from.';
  const { gateway } = await gatewayWith(t, says({ 'small-a': tale }), { cascade: { threshold: 0.3 } });
  const { children, row } = await answered(gateway, question(), { 'x-conclave-task': 'chat' });
  assert.equal(row?.verdicts?.[0]?.accepted, true);
  assert.deepEqual(await outcomesOf(gateway, children, 0), [[]]);
});

test('an accepted answer is streamed too, in every dialect, without any part of the rejected ones', async (t) => {
  const { gateway } = await gatewayWith(t, says({ 'small-a': '#### 42', 'small-b': '#### 42' }));
  const body = { ...question({ stream: true }), max_tokens: 100 };
  const reply = await post(gateway, '/v1/messages', body);
  const text = await reply.text();
  assert.match(text, /#### 42/);
  assert.match(text, /message_stop/);
  const chat = await answered(gateway, question({ stream: true }));
  assert.match(chat.text, /#### 42[\s\S]*\[DONE\]/);
});

test('the warnings cover what was left out of the request to the answering model, and to no other', async (t) => {
  for (const [given, answers] of [
    ['lab/small-b', { 'small-a': '#### 42', 'small-b': '#### 42' }],
    ['lab/big', { 'small-a': '#### 41', 'small-b': '#### 43', big: '#### 42' }],
  ] as const) {
    const { gateway } = await gatewayWith(t, says(answers));
    for (const stream of [false, true]) {
      const { reply, row } = await answered(gateway, question({ top_k: 5, stream }));
      assert.equal(row?.model, given);
      const left = /"top_k" was left out/;
      assert.match(reply.headers.get('x-conclave-warnings') ?? '', left, `${given}, streamed: ${stream}`);
      assert.match(row?.warnings.join() ?? '', left);
    }
  }
});

const oneInteger = {
  type: 'object',
  properties: { n: { type: 'integer' } },
  required: ['n'],
  additionalProperties: false,
};
const response_format = { type: 'json_schema', json_schema: { name: 'n', schema: oneInteger, strict: true } };

test('if the strong model breaks the schema, a cheap answer that kept it is returned, or else a warning', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '{"n": 41}', 'small-b': '{"n": 42}', big: '42' }),
    { cascade: { threshold: 0.95 } },
  );
  const { text, row, models, reply } = await answered(gateway, question({ response_format }));
  assert.deepEqual(models, ['lab/small-a', 'lab/small-b', 'lab/big']);
  assert.match(text, /\{\\"n\\": 4[12]\}/);
  assert.match(
    reply.headers.get('x-conclave-warnings') ?? '',
    /lab\/small-[ab] answers although its answer was not good enough, .* of lab\/big, breaks the schema/,
  );
  assert.deepEqual([row?.state, row?.verdicts?.at(-1)?.accepted, row?.attempts.length], ['ok', false, 3]);
  assert.match(row?.model ?? '', /small/);

  const streamed = await answered(gateway, question({ response_format, stream: true }));
  assert.match(streamed.row?.model ?? '', /small/);
  assert.match(streamed.text, /\{\\"n\\": 4[12]\}/);
  assert.doesNotMatch(streamed.text, /"content":"42"/);
  assert.match(streamed.text, /\[DONE\]/);
  assert.match(streamed.reply.headers.get('x-conclave-warnings') ?? '', /of lab\/big, breaks the schema/);
  assert.deepEqual([streamed.row?.state, streamed.row?.attempts.length], ['ok', 3]);

  const hurried = await answered(gateway, question({ response_format, stream: true }), {
    'x-conclave-max-latency-ms': '10000',
  });
  assert.equal(
    hurried.row?.model,
    'lab/big',
    'a stream that is held back too long is passed on as it arrives',
  );
  assert.match(
    hurried.row?.warnings?.join() ?? '',
    /lab\/big answers because no other model is left, but its answer breaks the schema/,
  );

  const nobody = await gatewayWith(t, says({ 'small-a': '41', 'small-b': '42', big: '42' }));
  const broken = await answered(nobody.gateway, question({ response_format }));
  assert.equal(broken.row?.model, 'lab/big');
  assert.match(broken.reply.headers.get('x-conclave-warnings') ?? '', /lab\/big .* breaks the schema/);
});

const tools = [{ type: 'function', function: { name: 'count', parameters: oneInteger } }];

for (const stream of [false, true]) {
  test(`if the strong model makes an invalid tool call, a cheap one’s call is returned, ${stream ? 'streamed' : 'whole'}`, async (t) => {
    const { gateway } = await gatewayWith(
      t,
      says({
        'small-a': calling('count', { n: 41 }),
        'small-b': calling('count', { n: 42 }),
        big: calling('count', { n: 'many' }),
      }),
      { cascade: { threshold: 0.95 } },
    );
    const { text, row, reply } = await answered(gateway, question({ tools, stream }));
    assert.match(text, /\{\\"n\\":4[12]\}/);
    assert.doesNotMatch(text, /many/);
    assert.match(reply.headers.get('x-conclave-warnings') ?? '', /of lab\/big, breaks the schema/);
    assert.match(row?.model ?? '', /small/);
  });
}

test('text is streamed as it arrives if tools were offered', async (t) => {
  const cheap = { 'small-a': calling('count', { n: 41 }), 'small-b': calling('count', { n: 42 }) };
  const { gateway } = await gatewayWith(t, says({ ...cheap, big: 'It is 42, as everybody knows' }), {
    cascade: { threshold: 0.95 },
  });
  const { text, row, reply } = await answered(gateway, question({ tools, stream: true }));
  assert.match(text, /"content":"everybody "/);
  assert.match(text, /\[DONE\]/);
  assert.deepEqual([row?.model, row?.state], ['lab/big', 'ok']);
  assert.doesNotMatch(reply.headers.get('x-conclave-warnings') ?? '', /breaks the schema/);

  const cut = await gatewayWith(t, says({ ...cheap, big: cutOff }), { cascade: { threshold: 0.95 } });
  const broken = await answered(cut.gateway, question({ tools, stream: true }));
  assert.match(broken.text, /"error"/);
  assert.doesNotMatch(broken.text, /count|\[DONE\]/);
});

test('if the strong model breaks off in the middle of JSON, a cheap one’s is returned', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '{"n": 41}', 'small-b': '{"n": 42}', big: cutOff }),
    { cascade: { threshold: 0.95 } },
  );
  const { text, reply, row } = await answered(gateway, question({ response_format, stream: true }));
  assert.match(text, /\{\\"n\\": 4[12]\}/);
  assert.match(text, /\[DONE\]/);
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /because the last step failed/);
  assert.deepEqual(
    row?.verdicts?.map(({ model, accepted }) => [model, accepted]),
    [
      ['lab/small-a', false],
      ['lab/small-b', false],
      ['lab/big', false],
    ],
  );
});

test('a refusal, a broken schema or a cut answer is never accepted, however cheap it was', async (t) => {
  const broken = await gatewayWith(
    t,
    says({ 'small-a': '{"n": "42"}', 'small-b': '{"n": "42"}', big: '{"n": 42}' }),
  );
  const json = await answered(broken.gateway, question({ response_format }));
  assert.equal(json.row?.model, 'lab/big');
  assert.match(json.row?.verdicts?.[0]?.because.join() ?? '', /schema: n: /);
  const refusing = await gatewayWith(
    t,
    says({
      'small-a': 'I cannot help with that.',
      'small-b': 'I can’t assist with this.',
      big: 'Gladly: 42',
    }),
  );
  const helped = await answered(refusing.gateway, question());
  assert.equal(helped.row?.model, 'lab/big');
  assert.match(helped.row?.verdicts?.[0]?.because.join() ?? '', /refusal: it refuses/);
});

test('a reply that the prompt dictates is not a refusal: it is accepted if two families agree, and doubtful alone', async (t) => {
  const [none, off] = [
    'I cannot answer this question based on the provided context.',
    "I'm sorry, but I can't help with that.",
  ];
  const asking = async (words: string, system: string) => {
    const { gateway } = await gatewayWith(
      t,
      says({ 'small-a': words, 'small-b': `**${words}**`, big: words }),
    );
    const messages = [
      { role: 'system', content: system },
      { role: 'user', content: 'Context: The warranty covers two years. What is 6 times 7?' },
    ];
    return answered(gateway, question({ messages }), { 'x-conclave-task': 'math' });
  };
  for (const words of [none, off]) {
    const { models, row } = await asking(words, `If the context does not hold it, reply exactly: "${words}"`);
    assert.deepEqual(models, ['lab/small-a', 'lab/small-b']);
    assert.deepEqual([row?.verdicts?.at(-1)?.accepted, row?.warnings], [true, []]);
  }
  const { row } = await asking(none, 'If the context does not hold it, say so.');
  assert.equal(row?.model, 'lab/big');
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /hedging: it finds no answer in what it was given/);
  assert.doesNotMatch(row?.warnings.join() ?? '', /is unusable/);
});

test('a last answer that refuses or is empty is not accepted: a valid one is returned instead, and none is counted wrong', async (t) => {
  const refusal = "I'm sorry, but I can't help with that.";
  const lasts = {
    'it refuses': refusal,
    'it says nothing': ' ',
  };
  for (const [flaw, big] of Object.entries(lasts)) {
    const { gateway } = await gatewayWith(t, says({ 'small-a': '#### 41', 'small-b': '#### 43', big }));
    const { reply, text, row, children } = await answered(gateway, question({ max_tokens: 20 }));
    assert.deepEqual([reply.status, row?.verdicts?.at(-1)?.accepted], [200, false], flaw);
    assert.match(text, /#### 4[13]/);
    const warnings = reply.headers.get('x-conclave-warnings') ?? '';
    assert.match(warnings, new RegExp(`the last answer, of lab/big, is unusable: ${flaw}`));
    assert.deepEqual(await outcomesOf(gateway, children, 0), [[], [], []]);

    const streamed = await answered(gateway, question({ stream: true, max_tokens: 20 }));
    assert.equal(streamed.row?.verdicts?.at(-1)?.accepted, false, flaw);
    assert.match(streamed.row?.warnings.join() ?? '', new RegExp(`lab/big.* is unusable: ${flaw}`));
    assert.deepEqual(await outcomesOf(gateway, streamed.children, 0), [[], [], []]);
  }
});

test('a last text cut by the caller’s limit is returned as it is, whole and streamed, and is no evidence', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({
      'small-a': "I'm not sure, I don't know.",
      'small-b': 'Who knows?',
      big: 'It is forty '.repeat(10),
    }),
  );
  for (const stream of [false, true]) {
    const { text, row, children } = await answered(gateway, question({ stream, max_tokens: 20 }));
    assert.match(text, /"finish_reason":"length"/);
    assert.equal(row?.model, 'lab/big');
    assert.equal(row?.verdicts?.at(-1)?.accepted, false);
    assert.match(row?.warnings.join() ?? '', /lab\/big.* is incomplete: it was cut off/);
    assert.deepEqual(await outcomesOf(gateway, children, 0), [[], [], []]);
  }
});

test('a cheap answer cut by the caller’s limit is not counted wrong', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': 'So the answer is 42', 'small-b': '#### 42', big: '#### 42' }),
  );
  const { row, children } = await answered(gateway, question({ max_tokens: 2 }));
  assert.equal(row?.model, 'lab/big');
  assert.deepEqual(await outcomesOf(gateway, children, 1), [[], ['cascade 1'], []]);
});

test('a last answer that fails the check is no evidence against earlier ones', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '#### 41', 'small-b': '#### 43', big: '#### 40' }),
  );
  const check = { 'x-conclave-check': JSON.stringify({ regex: '42' }) };
  const { children, row } = await answered(gateway, question(), check);
  assert.deepEqual([row?.model, row?.verdicts?.at(-1)?.accepted], ['lab/big', false]);
  assert.deepEqual(await outcomesOf(gateway, children, 0), [[], [], []]);
});

test('a model that agrees with itself over several samples is accepted sooner', async (t) => {
  const { gateway, lab } = await gatewayWith(t, says({ 'small-a': '#### 42' }), { cascade: { samples: 5 } });
  const { row, models } = await answered(gateway, question());
  assert.deepEqual(new Set(models), new Set(['lab/small-a']));
  assert.equal(lab.asked.length, 5);
  assert.equal(row?.verdicts?.[0]?.accepted, true);
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /self-consistency: another sample says the same/);
  assert.equal((await gateway.app.ledger.costs({ since: 0, by: 'model' })).totalNanoUsd, 5 * costOf(0.1));
});

test('a model whose answer is forced is called once, however many samples are configured', async (t) => {
  const { gateway, lab } = await gatewayWith(t, says({ 'small-a': '#### 42', 'small-b': '#### 42' }), {
    cascade: { samples: 5 },
  });
  const { row } = await answered(gateway, question({ temperature: 0 }));
  assert.deepEqual(
    lab.asked.map(({ model }) => model),
    ['small-a', 'small-b'],
  );
  assert.equal(row?.model, 'lab/small-b');
});

test('free text is judged by a small model of another family; its verdict counts and its call is in the ledger', async (t) => {
  const verdict = (score: number) => (model: string) =>
    model === 'small-c' ? `{"score": ${score}}` : `Rivers are long, says ${model}.`;
  const body = { model: 'cascade', messages: [{ role: 'user', content: 'Tell me about rivers.' }] };
  // Only a judge can tell whether a design in prose is right.
  const design = { 'x-conclave-task': 'architecture' };
  const good = await gatewayWith(t, verdict(95), { cascade: { judge: true } });
  const believed = await answered(good.gateway, body, design);
  assert.deepEqual(believed.models, ['lab/small-a', 'lab/small-c']);
  assert.match(believed.row?.verdicts?.[0]?.because.join() ?? '', /judge: a judge gives it 95 of 100/);
  assert.match(JSON.stringify(good.lab.asked.at(-1)), /follow no instruction in it/);
  const mute = await gatewayWith(t, () => 'Looks right to me!', { cascade: { judge: true } });
  const unread = await answered(mute.gateway, body, design);
  assert.match(unread.row?.verdicts?.[0]?.because.join() ?? '', /judge: gave no readable score/);
  const bad = await gatewayWith(t, verdict(10), { cascade: { judge: true } });
  assert.equal((await answered(bad.gateway, body, design)).row?.model, 'lab/big');
});

test('a judge sees the tool results that the answer uses', async (t) => {
  const { gateway, lab } = await gatewayWith(
    t,
    (model) => (model === 'small-c' ? '{"score": 95}' : 'It is 21 degrees in Lisbon.'),
    { cascade: { judge: true } },
  );
  const call = { id: 'a', type: 'function', function: { name: 'weather', arguments: '{"of":"Lisbon"}' } };
  const messages = [
    { role: 'user', content: 'How warm is it?' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'a', content: '21 degrees' },
  ];
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];
  const { models } = await answered(
    gateway,
    { model: 'cascade', messages, tools },
    { 'x-conclave-task': 'architecture' },
  );
  assert.equal(models.at(-1), 'lab/small-c');
  assert.match(JSON.stringify(lab.asked.at(-1)), /calls weather with.*result of weather: 21 degrees/);
});

test('ordinary prose is accepted from the cheapest model, and work for a stronger model goes there at once', async (t) => {
  const prose =
    'A mutex is a lock that one thread owns, and only that thread may release it. A semaphore is a counter: any thread may ' +
    'signal it, and as many may pass as it counts. So a mutex guards one thing, and a semaphore hands out several of a kind.';
  const { gateway } = await gatewayWith(t, () => prose);
  const body = {
    model: 'cascade',
    messages: [{ role: 'user', content: 'Explain the difference between a mutex and a semaphore' }],
  };
  const asked = async (task: string, headers: Record<string, string> = {}) =>
    (await answered(gateway, body, { 'x-conclave-task': task, ...headers })).models;
  for (const task of ['chat', 'creative', 'documentation', 'qa-from-context', 'summarisation', 'translation'])
    assert.deepEqual(await asked(task), ['lab/small-a'], task);
  for (const task of ['code-generation', 'debugging', 'architecture', 'security-review']) {
    const { row, models } = await answered(gateway, body, { 'x-conclave-task': task });
    assert.deepEqual(models, [], task);
    assert.equal(row?.model, 'lab/big', task);
    assert.match(
      row?.decision?.reason ?? '',
      /directly: lab.small-a is right with probability 0\.\d\d, 0\.\d\d is required/,
    );
  }
  const checked = await asked('code-generation', { 'x-conclave-check': '{"regex": "semaphore"}' });
  assert.deepEqual(checked, ['lab/small-a'], 'a check can prove an answer right');
});

test('a second cheap model is not called if none of its answers could raise the estimate enough', async (t) => {
  const prose = 'It depends on what you measure, and on how. '.repeat(10);
  const { gateway } = await gatewayWith(t, () => prose);
  const headers = { 'x-conclave-task': 'math' };
  assert.deepEqual((await answered(gateway, question(), headers)).models, ['lab/small-a', 'lab/big']);
  const refusing = await gatewayWith(t, (model) =>
    model === 'small-a' ? "I'm not able to help with that." : prose,
  );
  const { models } = await answered(refusing.gateway, question(), headers);
  assert.deepEqual(models, ['lab/small-a', 'lab/small-b', 'lab/big'], 'a refusal is not an answer');
});

test('the worst case is reserved first: a budget below the cheapest model of each step refuses before any call', async (t) => {
  const { gateway, lab } = await gatewayWith(t, says({ 'small-a': '#### 42', 'small-b': '#### 42' }));
  const admin = { url: gateway.url, key: gateway.adminKey };
  const keyWith = async (limitUsd: number) => {
    const made = await post(admin, '/admin/keys', {
      name: `k${limitUsd}`,
      budgets: [{ window: 'day', limitUsd }],
    });
    return (await made.json()) as { id: string; key: string };
  };
  const poor = await keyWith(0.00002);
  assert.equal(
    (await post({ ...gateway, key: poor.key }, '/v1/chat/completions', question({ max_tokens: 100 }))).status,
    429,
  );
  assert.equal(lab.asked.length, 0);
  const rich = await keyWith(0.02);
  assert.equal(
    (await post({ ...gateway, key: rich.key }, '/v1/chat/completions', question({ max_tokens: 100 }))).status,
    200,
  );
  const [standing] = await gateway.app.keys.budgets(rich);
  assert.deepEqual([standing?.spent, standing?.reserved], [BigInt(costOf(0.1) + costOf(0.2)), 0n]);
});

test('a failed step is skipped, and if the last one fails the best earlier answer is returned with a warning', async (t) => {
  const setUp = await gatewayWith(
    t,
    says({ 'small-a': 500, 'small-b': 500, 'small-c': 500, big: 'It is 42' }),
  );
  const last = await answered(setUp.gateway, question());
  assert.deepEqual([last.reply.status, last.row?.model], [200, 'lab/big']);
  let asked = 0;
  const outage = await gatewayWith(t, (model) => {
    asked += 1;
    return asked > 2 ? 500 : `#### ${model === 'small-a' ? 41 : 42}`;
  });
  const second = await answered(outage.gateway, question());
  assert.equal(second.reply.status, 200, second.text);
  assert.match(
    second.row?.warnings.join() ?? '',
    /answers although its answer was not good enough, because the last step failed/,
  );
  assert.match(second.text, /#### 4[12]/);
  const none = await gatewayWith(t, () => 500);
  const failed = await answered(none.gateway, question());
  assert.equal(failed.reply.status, 502);
  assert.equal(failed.row?.state, 'failed');
});

test('a failed model is not called for a second opinion, nor is one with a waiting time', async (t) => {
  const answers = { 'small-a': 500, 'small-b': '#### 43', 'small-c': askLater, big: '#### 42' };
  const { gateway, lab } = await gatewayWith(t, says(answers), { retries: 2 });
  const asked = async () => {
    lab.asked.length = 0;
    const { row } = await answered(gateway, question());
    assert.equal(row?.model, 'lab/big');
    return { models: [...new Set(lab.asked.map(({ model }) => model))], calls: lab.asked.length, row };
  };
  const first = await asked();
  assert.deepEqual(first.models, ['small-a', 'small-b', 'small-c', 'big']);
  assert.equal(first.calls, 6, 'only the first was retried');
  const { models } = await asked();
  assert.deepEqual(models, ['small-a', 'small-b', 'big'], 'the cascade does not wait for benched models');
});

test('every step has a verdict, even if its models had failed before their turn', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': 500, 'small-b': 500, 'small-c': 500, big: '#### 42' }),
  );
  const { row } = await answered(gateway, question());
  const planned = row?.decision?.reason.split(', until ')[0]?.split(', then ');
  assert.equal(row?.verdicts?.length, planned?.length);
  const unasked = row?.verdicts?.filter(({ requestIds }) => requestIds.length === 0);
  assert.deepEqual(
    unasked?.map(({ because }) => because),
    [['not asked: its models have already answered or failed in this call']],
  );
});

test('if all cheap models are benched the strong one is called at once, and the row says why', async (t) => {
  const answers = { 'small-a': askLater, 'small-b': askLater, 'small-c': askLater, big: '#### 42' };
  const { gateway, lab } = await gatewayWith(t, says(answers), { retries: 2 });
  await answered(gateway, question());
  lab.asked.length = 0;
  const { row } = await answered(gateway, question());
  assert.deepEqual(
    lab.asked.map(({ model }) => model),
    ['big'],
  );
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /not asked: benched after failures/);
});

test('if the strong model is down, no rejected model is called again, and the best answer is returned with a warning', async (t) => {
  const answers = { 'small-a': '#### 8', 'small-b': '#### 7', 'small-c': 500, big: 500 };
  const { gateway, lab } = await gatewayWith(t, says(answers));
  for (const stream of [false, true]) {
    lab.asked.length = 0;
    const { reply, row, text } = await answered(gateway, question({ stream }));
    assert.deepEqual(
      lab.asked.map(({ model }) => model),
      ['small-a', 'small-b', 'big', 'small-c'],
    );
    assert.equal(reply.status, 200);
    assert.match(text, /#### [78]/);
    assert.match(row?.warnings.join() ?? '', /answers although its answer was not good enough/);
    assert.deepEqual(
      row?.verdicts?.map(({ accepted }) => accepted),
      [false, false, false],
    );
  }
});

test('if the strong model is down, a refusal is never returned as an answer, nor in place of an error', async (t) => {
  const refusal = "I'm sorry, but I can't help with that.";
  const one = await gatewayWith(
    t,
    says({ 'small-a': '#### 8', 'small-b': refusal, 'small-c': 500, big: 500 }),
  );
  const { reply, row, text } = await answered(one.gateway, question());
  assert.deepEqual([reply.status, row?.model], [200, 'lab/small-a']);
  assert.match(text, /#### 8/);
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', /not good enough/);
  const both = await gatewayWith(
    t,
    says({ 'small-a': refusal, 'small-b': refusal, 'small-c': 500, big: 500 }),
  );
  const failed = await answered(both.gateway, question());
  assert.deepEqual([failed.reply.status, failed.row?.state], [502, 'failed']);
});

test('a weaker model that answers the last step instead of the strong one is named in a warning', async (t) => {
  const { gateway } = await gatewayWith(
    t,
    says({ 'small-a': '#### 8', 'small-b': '#### 7', 'small-c': '#### 6', big: 500 }),
  );
  for (const stream of [false, true]) {
    const { reply, row, text } = await answered(gateway, question({ stream }));
    assert.match(text, stream ? /"content":"6"/ : /#### 6/);
    assert.match(reply.headers.get('x-conclave-warnings') ?? '', /lab\/small-c answers instead of lab\/big/);
    assert.deepEqual([row?.model, row?.verdicts?.at(-1)?.accepted], ['lab/small-c', false]);
  }
});

test('if all remaining models have answered already, none is paid twice and the best answer is returned with a warning', async (t) => {
  const { gateway, lab } = await gatewayWith(t, says({ 'small-a': '#### 8', 'small-b': '#### 7' }));
  const made = await post({ url: gateway.url, key: gateway.adminKey }, '/admin/keys', {
    name: 'two models',
    models: ['lab/small-a', 'lab/small-b', 'lab/big'],
    budgets: [{ window: 'day', limitUsd: 0.001, unknownPrices: 'refuse' }],
  });
  const { key } = (await made.json()) as { key: string };
  const { reply, row } = await answered({ ...gateway, key }, question({ max_tokens: 50 }));
  assert.equal(reply.status, 200);
  const asked = lab.asked.map(({ model }) => model);
  assert.deepEqual(asked, ['small-a', 'small-b']);
  assert.match(
    row?.warnings.join() ?? '',
    /lab\/small-a answers although its answer was not good enough, because no other model is left/,
  );
  assert.deepEqual(
    row?.verdicts?.map(({ accepted }) => accepted),
    [false, false],
  );
});

test('the config can make every open call a cascade, except latency-critical calls and those with several choices', async (t) => {
  const setUp = await gatewayWith(t, says({ 'small-a': '#### 42', 'small-b': '#### 42', big: '#### 42' }), {
    policy: 'cascade',
  });
  const auto = await answered(setUp.gateway, question({ model: 'auto' }));
  assert.deepEqual([auto.row?.decision?.policy, auto.children.length], ['cascade', 2]);
  const hurried = await answered(setUp.gateway, question({ model: 'auto' }), {
    'x-conclave-max-latency-ms': '2000',
  });
  assert.deepEqual([hurried.children.length, hurried.row?.attempts.length], [0, 1]);
  const several = await answered(setUp.gateway, question({ n: 2 }));
  assert.equal(several.children.length, 0);
});

test('a client that disconnects ends the cascade: nothing further is called and nothing stays reserved', async (t) => {
  const stop = new AbortController();
  const setUp = await gatewayWith(t, (model) => {
    if (model === 'small-a') stop.abort();
    return '#### 1';
  });
  await assert.rejects(
    fetch(`${setUp.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${setUp.gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(question()),
      signal: stop.signal,
    }),
  );
  const recent = () => setUp.gateway.app.ledger.recent({ limit: 10 });
  const settled = async () => {
    const rows = await recent();
    return rows.length > 0 && rows.every(({ state }) => state !== 'running');
  };
  await until(settled, 'the end of every call');
  const rows = await recent();
  assert.equal(rows.find(({ parentId }) => parentId === undefined)?.state, 'cancelled');
  assert.ok(!setUp.lab.asked.some(({ model }) => model === 'big'));
});

test("the caller's own check decides: an answer is accepted if and only if it passes", async (t) => {
  const setUp = await gatewayWith(
    t,
    says({ 'small-a': 'SELECT 1', 'small-b': 'select 1;', big: 'SELECT 1;' }),
  );
  const ends = { 'x-conclave-check': JSON.stringify({ regex: ';$' }) };
  const checked = await answered(setUp.gateway, question(), ends);
  assert.equal(checked.row?.model, 'lab/small-b');
  assert.match(checked.row?.verdicts?.[0]?.because.join() ?? '', /check: it does not match/);
  const hostile = { 'x-conclave-check': JSON.stringify({ regex: '^(S+)+x' }) };
  const refused = await answered(
    await gatewayWith(t, () => 'S'.repeat(40)).then(({ gateway }) => gateway),
    question(),
    hostile,
  );
  assert.equal(refused.row?.model, 'lab/big');
  const command = await answered(setUp.gateway, question(), { 'x-conclave-check': '{"command":["true"]}' });
  assert.equal(command.reply.status, 403);
  const broken = await answered(setUp.gateway, question(), { 'x-conclave-check': '{"regex":"(["}' });
  assert.equal(broken.reply.status, 400);
  const untyped = { 'x-conclave-check': '{"schema":{"type":"objekt"}}' };
  const unreadable = await answered(setUp.gateway, question(), untyped);
  assert.equal(unreadable.reply.status, 400);
  assert.match(unreadable.text, /not a JSON Schema: .*objekt/);
});

test('if no answer passes the check, the last one is returned with a warning and its verdict says so', async (t) => {
  const { gateway } = await gatewayWith(t, says({ 'small-a': 'one', 'small-b': 'two', big: 'three' }));
  const headers = { 'x-conclave-check': '{"regex":"^four$"}' };
  const { row, reply, text } = await answered(gateway, question(), headers);
  const failing =
    /lab\/big answers because no other model is left, but its answer fails the check: it does not match/;
  assert.match(reply.headers.get('x-conclave-warnings') ?? '', failing);
  assert.equal(reply.headers.get('x-conclave-check'), 'failed');
  assert.match(text, /three/);
  assert.deepEqual([row?.state, row?.model, row?.verdicts?.at(-1)?.accepted], ['ok', 'lab/big', false]);
  const streamed = await answered(gateway, question({ stream: true }), headers);
  assert.match(streamed.row?.warnings.join() ?? '', failing);
  assert.match(streamed.text, /\[DONE\]/);
  const passed = await answered(gateway, question(), { 'x-conclave-check': '{"regex":"^three$"}' });
  assert.equal(passed.reply.headers.get('x-conclave-check'), 'passed');
  assert.deepEqual([passed.row?.warnings, passed.row?.verdicts?.at(-1)?.accepted], [[], true]);
});

test('a last step that breaks off in its stream ends with an error event, and its cost is in the ledger', async (t) => {
  const lab = await startAnsweringProvider(t, (model) => (model === 'big' ? cutOff : '#### 1'));
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: { dialect: 'openai-chat', baseUrl: lab.url, apiKey: 'k' } },
      models: [
        { id: 'lab/small-a', family: 'a', tier: 'economy', price: price(0.1) },
        { id: 'lab/big', family: 'd', tier: 'frontier', price: price(10) },
      ],
      routing: { retries: 0 },
    },
  });
  const { text, row, children } = await answered(gateway, question({ stream: true }));
  assert.match(text, /"error"/);
  assert.doesNotMatch(text, /\[DONE\]/);
  assert.deepEqual([row?.state, children.map(({ state }) => state)], ['truncated', ['ok', 'truncated']]);
  assert.ok((children[1]?.cost ?? 0n) > 0n);
});

test('a cascade is compared with one call to the best model: if all its steps were used it saved nothing', async (t) => {
  const { gateway } = await gatewayWith(t, says({ 'small-a': '41', 'small-b': '43', big: '42' }));
  const costs = () => gateway.app.ledger.costs({ since: 0, by: 'model' });
  const { row, children } = await answered(gateway, question());
  const spent = costOf(0.1) + costOf(0.2) + costOf(10);
  const report = await costs();
  assert.deepEqual([report.totalNanoUsd, report.frontierNanoUsd], [spent, costOf(10)]);
  assert.equal(report.savingNanoUsd, -costOf(0.1) - costOf(0.2), 'the cheap answers were paid for in vain');
  assert.deepEqual(
    [row?.frontierCost, children.map(({ frontierCost }) => frontierCost)],
    [BigInt(costOf(10)), [0n, 0n, 0n]],
  );
  assert.deepEqual(
    [report.calls, report.rows.map(({ name, calls }) => `${name} ${calls}`)],
    [1, ['lab/big 1', 'lab/small-b 0', 'lab/small-a 0']],
  );
  // In a stream, the answer's usage comes last.
  await answered(gateway, question({ stream: true }));
  assert.deepEqual([(await costs()).totalNanoUsd, (await costs()).frontierNanoUsd], [2 * spent, costOf(20)]);
});

test('every answer is checked, even without a cascade to continue', async (t) => {
  const { gateway } = await gatewayWith(t, says({ 'small-a': '41', 'small-b': '41', big: '41' }));
  const checking = (pattern: string, more: Record<string, string> = {}) => ({
    'x-conclave-check': JSON.stringify({ regex: pattern }),
    ...more,
  });
  const hurried = { 'x-conclave-tags': 'latency-critical' };
  for (const [model, headers] of [
    ['lab/small-a', {}],
    ['auto', {}],
    ['cascade', hurried],
  ] as const) {
    const failed = await answered(gateway, question({ model }), checking('42', headers));
    assert.equal(failed.reply.headers.get('x-conclave-check'), 'failed', model);
    assert.match(
      failed.reply.headers.get('x-conclave-warnings') ?? '',
      /the answer fails the check: it does not match/,
    );
    assert.match(failed.text, /41/);
    const passed = await answered(gateway, question({ model }), checking('41', headers));
    assert.equal(passed.reply.headers.get('x-conclave-check'), 'passed', model);
    assert.deepEqual([passed.row?.warnings, passed.children], [[], []]);
    const streamed = await answered(gateway, question({ model, stream: true }), checking('42', headers));
    assert.match(streamed.row?.warnings.join() ?? '', /the answer fails the check/, model);
    assert.match(streamed.text, /\[DONE\]/);
  }
});

test('if a budget cannot cover the strong model, a cascade ends with the best affordable one, and says so', async (t) => {
  const { gateway, lab } = await gatewayWith(t, says({ 'small-a': '41', 'small-b': '43', 'small-c': '42' }));
  const admin = { url: gateway.url, key: gateway.adminKey };
  const budgets = [{ window: 'day', limitUsd: 0.001, unknownPrices: 'refuse' }];
  const made = await post(admin, '/admin/keys', { name: 'poor', budgets });
  const { key } = (await made.json()) as { key: string };
  const { reply, row } = await answered({ ...gateway, key }, question({ max_tokens: 50 }));
  assert.equal(reply.status, 200);
  assert.deepEqual(
    lab.asked.map(({ model }) => model),
    ['small-a', 'small-b', 'small-c'],
  );
  assert.match(
    row?.warnings.join() ?? '',
    /lab\/big may cost more than the \$[\d.]+ left of this key's budget/u,
  );
  // A budget below the cost of the cheap models alone is still too small.
  const poorer = await post(admin, '/admin/keys', {
    name: 'poorer',
    budgets: [{ window: 'day', limitUsd: 0.00001, unknownPrices: 'refuse' }],
  });
  const refused = await answered(
    { ...gateway, key: ((await poorer.json()) as { key: string }).key },
    question({ max_tokens: 50 }),
  );
  assert.equal(refused.reply.status, 429);
});

test('a price ceiling applies to a cascade as a whole: it ends with a cheaper model, or one model answers alone', async (t) => {
  const { gateway: started, lab } = await gatewayWith(t, () => 'nobody is asked');
  // The local key has a budget of five dollars a day.
  const { key } = await started.app.keys.issue({ name: 'rich', budgets: [] });
  const gateway = { ...started, key };
  const dry = async (usd: number, more: object = {}) => {
    const headers = { 'x-conclave-max-cost-usd': String(usd), 'x-conclave-dry-run': 'true' };
    const { text } = await answered(gateway, question({ max_tokens: 1_000_000, ...more }), headers);
    const plan = JSON.parse(text) as {
      steps: { model: string }[][];
      reason: string;
      reserves_usd: number;
      warnings: string[];
    };
    const first = plan.steps.map(([candidate]) => candidate?.model);
    assert.ok(plan.reason.startsWith(first.join(', then ')), plan.reason);
    return { ...plan, first };
  };
  // A million output tokens: ten dollars for the strong model, and up to thirty cents for each small one.
  const whole = await dry(11);
  assert.deepEqual([whole.first.length, whole.first.at(-1), whole.warnings], [3, 'lab/big', []]);
  const shorter = await dry(10.2);
  assert.deepEqual(shorter.first.at(-1) === 'lab/big' && shorter.first.length === 3, false);
  assert.match(shorter.warnings.join(), /the ceiling of \$10\.2/);
  for (const usd of [11, 10.2, 5, 0.65, 0.35]) {
    const { reserves_usd: most } = await dry(usd);
    assert.ok(most <= usd, `$${most} of $${usd}`);
  }
  const several = await dry(12, { n: 3 });
  assert.ok(!several.first.includes('lab/big'), 'three answers of it may cost thirty dollars');
  assert.deepEqual(lab.asked, []);
});
