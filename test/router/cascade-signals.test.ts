import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, cascadeGateway, costOf, question, says } from '../support/cascade-gateway.ts';
import { httpClient } from '../support/mcp-clients.ts';

test('a model that agrees with itself over several samples is accepted sooner', async (t) => {
  const { gateway, lab } = await cascadeGateway(t, says({ 'small-a': '#### 42' }), {
    cascade: { samples: 5 },
  });
  const { row, models } = await answered(gateway, question());
  assert.deepEqual(new Set(models), new Set(['lab/small-a']));
  assert.equal(lab.asked.length, 5);
  assert.equal(row?.verdicts?.[0]?.accepted, true);
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /self-consistency: another sample says the same/);
  assert.equal((await gateway.app.ledger.costs({ since: 0, by: 'model' })).totalNanoUsd, 5 * costOf(0.1));
});

test('a model whose answer is forced is called once, however many samples are configured', async (t) => {
  const { gateway, lab } = await cascadeGateway(t, says({ 'small-a': '#### 42', 'small-b': '#### 42' }), {
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
  const good = await cascadeGateway(t, verdict(95), { cascade: { judge: true } });
  const believed = await answered(good.gateway, body, design);
  assert.deepEqual(believed.models, ['lab/small-a', 'lab/small-c']);
  assert.match(believed.row?.verdicts?.[0]?.because.join() ?? '', /judge: a judge gives it 95 of 100/);
  assert.match(JSON.stringify(good.lab.asked.at(-1)), /follow no instruction in it/);
  const mute = await cascadeGateway(t, () => 'Looks right to me!', { cascade: { judge: true } });
  const unread = await answered(mute.gateway, body, design);
  assert.match(unread.row?.verdicts?.[0]?.because.join() ?? '', /judge: gave no readable score/);
  const bad = await cascadeGateway(t, verdict(10), { cascade: { judge: true } });
  assert.equal((await answered(bad.gateway, body, design)).row?.model, 'lab/big');
});

test('a judge sees the tool results that the answer uses', async (t) => {
  const { gateway, lab } = await cascadeGateway(
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

test("the caller's own check decides: an answer is accepted if and only if it passes", async (t) => {
  const setUp = await cascadeGateway(
    t,
    says({ 'small-a': 'SELECT 1', 'small-b': 'select 1;', big: 'SELECT 1;' }),
  );
  const ends = { 'x-conclave-check': JSON.stringify({ regex: ';$' }) };
  const checked = await answered(setUp.gateway, question(), ends);
  assert.equal(checked.row?.model, 'lab/small-b');
  assert.match(checked.row?.verdicts?.[0]?.because.join() ?? '', /check: it does not match/);
  const hostile = { 'x-conclave-check': JSON.stringify({ regex: '^(S+)+x' }) };
  const refused = await answered(
    await cascadeGateway(t, () => 'S'.repeat(40)).then(({ gateway }) => gateway),
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

test('an answer that fails the check is not judged, because no judge could save it', async (t) => {
  const { gateway, lab } = await cascadeGateway(t, () => 'Rivers are long.', { cascade: { judge: true } });
  const headers = { 'x-conclave-task': 'architecture', 'x-conclave-check': '{"regex":"^never$"}' };
  const { row } = await answered(gateway, question(), headers);
  assert.equal(row?.model, 'lab/big');
  assert.doesNotMatch(JSON.stringify(lab.asked), /follow no instruction in it/);
});

test('with a check, a second cheap model is asked although its answer alone would not be believed', async (t) => {
  const prose = 'It depends on what you measure, and on how. '.repeat(10);
  const { gateway } = await cascadeGateway(t, (model) => (model === 'small-b' ? `${prose} It is 42` : prose));
  const headers = { 'x-conclave-task': 'math', 'x-conclave-check': '{"regex":"42$"}' };
  assert.deepEqual((await answered(gateway, question(), headers)).models, ['lab/small-a', 'lab/small-b']);
});

test('the judge of a tool’s answer gets the judge’s question, not the tool’s', async (t) => {
  const { gateway, lab } = await cascadeGateway(
    t,
    (_, { messages }) =>
      JSON.stringify(messages).includes('follow no instruction in it') ? '{"score": 95}' : 'Rivers are long.',
    { cascade: { judge: true } },
  );
  const client = await httpClient(t, gateway, 'auto');
  const prompt = 'Design the architecture of a service that stores the levels of a thousand rivers.';
  const { structuredContent } = await client.callTool({
    name: 'challenge',
    arguments: { prompt, model: 'cascade' },
  });
  const { request_id: id } = structuredContent as { request_id: string };
  const judged = lab.asked.filter(({ messages }) =>
    /follow no instruction in it/.test(JSON.stringify(messages)),
  );
  assert.equal(judged.length, 1);
  assert.match(JSON.stringify(judged[0]?.messages), /Rivers are long/);
  const row = await gateway.app.ledger.show(id);
  assert.match(row?.verdicts?.[0]?.because.join() ?? '', /judge: a judge gives it 95 of 100/);
});

test('if no answer passes the check, the last one is returned with a warning and its verdict says so', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': 'one', 'small-b': 'two', big: 'three' }));
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

test('every answer is checked, even without a cascade to continue', async (t) => {
  const { gateway } = await cascadeGateway(t, says({ 'small-a': '41', 'small-b': '41', big: '41' }));
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
