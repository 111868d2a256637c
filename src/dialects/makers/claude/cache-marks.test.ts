import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '../../../core/wire/request.ts';
import { writeRequest as writeConverse } from '../../bedrock-converse/write-request.ts';
import { writeRequest } from '../../anthropic-messages/write-request.ts';

const marked = (count: number): ModelRequest => ({
  model: 'm',
  stream: false,
  maxOutputTokens: 100,
  tools: [{ name: 'look', inputSchema: { type: 'object' }, cache: {} }],
  messages: Array.from({ length: count }, (_, at) => ({
    role: 'user' as const,
    content: [{ type: 'text' as const, text: `Turn ${at}`, cache: {} }],
  })),
});
const target = { model: 'claude-sonnet-4-5', quirks: {}, stream: false };
const bedrock = { ...target, model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };
const marks = (body: object, mark: RegExp) => JSON.stringify(body).match(mark)?.length ?? 0;

test('of more than four cache marks the last four are sent to Claude, with a warning', () => {
  const warning = 'Of 7 cache marks the last 4 were sent: Claude does not accept more.';
  const sent = writeRequest(marked(6), target);
  assert.equal(marks(sent.body, /"cache_control"/g), 4);
  assert.match(JSON.stringify(sent.body.messages), /"text":"Turn 5","cache_control"/);
  assert.ok(sent.warnings.includes(warning));
});

test('of more than four cache marks the last four are sent to every model at Bedrock, with a warning', () => {
  for (const model of [bedrock.model, 'amazon.nova-pro-v1:0']) {
    const { body, warnings } = writeConverse(marked(6), { ...bedrock, model });
    assert.equal(marks(body, /"cachePoint"/g), 4, model);
    assert.match(JSON.stringify(body.messages), /"text":"Turn 5"},{"cachePoint"/);
    const written = model === bedrock.model ? 7 : 6;
    const warning = `Of ${written} cache marks the last 4 were sent: Bedrock does not accept more.`;
    assert.ok(warnings.includes(warning), warnings.join());
  }
});

test('the first marks are left out on tools and inside results of tools as well', () => {
  const inputSchema = { type: 'object', properties: {} };
  const named = ['a', 'b', 'c', 'd'].map((name) => ({ name, inputSchema, cache: {} }));
  const { body } = writeRequest({ ...marked(1), tools: named }, target);
  const mark = { cache_control: { type: 'ephemeral' } };
  assert.deepEqual(
    body.tools,
    named.map(({ name }, at) => ({ name, input_schema: inputSchema, ...(at > 0 && mark) })),
  );
  assert.deepEqual(body.messages, [{ role: 'user', content: [{ type: 'text', text: 'Turn 0', ...mark }] }]);
  const { tools: _, messages } = marked(4);
  const sunny = { type: 'text' as const, text: 'Sunny', cache: {} };
  const result = { type: 'tool-result' as const, callId: 'a', isError: false, content: [sunny] };
  const looked: ModelRequest = {
    model: 'm',
    stream: false,
    maxOutputTokens: 100,
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'Look' }] },
      {
        role: 'assistant',
        content: [{ type: 'tool-call', id: 'a', name: 'look', arguments: '{}' }],
      },
      { role: 'user', content: [result] },
      ...messages,
    ],
  };
  const sent = writeRequest(looked, target).body;
  assert.equal(marks(sent, /"cache_control"/g), 4);
  assert.match(JSON.stringify(sent), /"type":"tool_result","tool_use_id":"a","content":"Sunny"\}/);
});

test('four cache marks are all sent', () => {
  const sent = writeRequest(marked(3), target);
  assert.equal(marks(sent.body, /"cache_control"/g), 4);
  assert.deepEqual(sent.warnings, []);
  assert.equal(marks(writeConverse(marked(3), bedrock).body, /"cachePoint"/g), 4);
});

test('marks that Bedrock is not sent take no place among the four: those of tools at Nova, a second one of a result', () => {
  const nova = writeConverse(marked(4), { ...bedrock, model: 'amazon.nova-pro-v1:0' });
  assert.equal(marks(nova.body, /"cachePoint"/g), 4);
  assert.deepEqual(nova.warnings, ['A cache hint on a tool was left out: this model caches no tools.']);

  const texts = ['Sunny', 'Dry'].map((text) => ({ type: 'text' as const, text, cache: {} }));
  const { messages, ...rest } = marked(2);
  const call = { type: 'tool-call' as const, id: 'a', name: 'look', arguments: '{}' };
  const result = { type: 'tool-result' as const, callId: 'a', isError: false, content: texts };
  const looked: ModelRequest = {
    ...rest,
    messages: [...messages, { role: 'assistant', content: [call] }, { role: 'user', content: [result] }],
  };
  const claude = writeConverse(looked, bedrock);
  assert.equal(marks(claude.body, /"cachePoint"/g), 4);
  assert.deepEqual(claude.warnings, []);
});

test('marks on empty texts, which are left out, take no place among the four', () => {
  const { messages, ...rest } = marked(3);
  const empty = { type: 'text' as const, text: '', cache: {} };
  const request = {
    ...rest,
    messages: messages.map(({ role, content }) => ({ role, content: [...content, empty, empty] })),
  };
  const sent = writeRequest(request, target);
  assert.equal(marks(sent.body, /"cache_control"/g), 4);
  assert.deepEqual(sent.warnings, []);
  const converse = writeConverse(request, bedrock);
  assert.equal(marks(converse.body, /"cachePoint"/g), 4);
  assert.deepEqual(converse.warnings, []);
});
