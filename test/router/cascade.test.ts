import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAnsweringProvider } from '../providers/answering-provider.ts';
import {
  answered,
  cascadeConfig,
  cascadeGateway,
  costOf,
  question,
  says,
} from '../support/cascade-gateway.ts';
import { post, startTestGateway } from '../support/gateway.ts';

test('two cheap models of different families that agree are accepted, and the strong one is not called', async (t) => {
  const { gateway } = await cascadeGateway(
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
  const { gateway } = await cascadeGateway(
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

test('an accepted answer is streamed too, in every dialect, without any part of the rejected ones', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': '#### 42', 'small-b': '#### 42' }));
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
    const lab = await startAnsweringProvider(t, says(answers));
    const gateway = await startTestGateway(t, { config: cascadeConfig(lab.url, {}, { refuses: ['top_k'] }) });
    for (const stream of [false, true]) {
      const { reply, row } = await answered(gateway, question({ top_k: 5, stream }));
      assert.equal(row?.model, given);
      const left = /"top_k" was left out/;
      assert.match(reply.headers.get('x-conclave-warnings') ?? '', left, `${given}, streamed: ${stream}`);
      assert.match(row?.warnings.join() ?? '', left);
    }
  }
});

test('the steps have the call’s task and difficulty, so that costs and outcomes are grouped under it', async (t) => {
  const { gateway } = await cascadeGateway(
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

test('ordinary prose is accepted from the cheapest model, and work for a stronger model goes there at once', async (t) => {
  const prose =
    'A mutex is a lock that one thread owns, and only that thread may release it. A semaphore is a counter: any thread may ' +
    'signal it, and as many may pass as it counts. So a mutex guards one thing, and a semaphore hands out several of a kind.';
  const { gateway } = await cascadeGateway(t, () => prose);
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
  const { gateway } = await cascadeGateway(t, () => prose);
  const headers = { 'x-conclave-task': 'math' };
  assert.deepEqual((await answered(gateway, question(), headers)).models, ['lab/small-a', 'lab/big']);
  const refusing = await cascadeGateway(t, (model) =>
    model === 'small-a' ? "I'm not able to help with that." : prose,
  );
  const { models } = await answered(refusing.gateway, question(), headers);
  assert.deepEqual(models, ['lab/small-a', 'lab/small-b', 'lab/big'], 'a refusal is not an answer');
});

test('the config can make every open call a cascade, except latency-critical calls and those with several choices', async (t) => {
  const setUp = await cascadeGateway(
    t,
    says({ 'small-a': '#### 42', 'small-b': '#### 42', big: '#### 42' }),
    {
      policy: 'cascade',
    },
  );
  const auto = await answered(setUp.gateway, question({ model: 'auto' }));
  assert.deepEqual([auto.row?.decision?.policy, auto.children.length], ['cascade', 2]);
  const hurried = await answered(setUp.gateway, question({ model: 'auto' }), {
    'x-conclave-max-latency-ms': '2000',
  });
  assert.deepEqual([hurried.children.length, hurried.row?.attempts.length], [0, 1]);
  const several = await answered(setUp.gateway, question({ n: 2 }));
  assert.equal(several.children.length, 0);
});
