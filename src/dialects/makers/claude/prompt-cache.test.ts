import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { WireTarget } from '../../../core/wire/dialect.ts';
import anthropic from '../../anthropic-messages/index.ts';
import bedrock from '../../bedrock-converse/index.ts';
import { objectsOf } from '../../fields/loose-fields.ts';
import chat from '../../openai-chat/index.ts';
import responses from '../../openai-responses/index.ts';

// OpenAI's clients have no word for where to cache. Without marks, an agent in front of Claude pays its whole prompt
// with every call.

const parameters = { type: 'object', properties: {} };
/** The third call of an agent. */
const agent: JsonObject = {
  model: 'm',
  instructions: 'You are an agent.',
  input: [
    { role: 'user', content: 'Look' },
    { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: 'Sky' },
    { type: 'function_call', call_id: 'c2', name: 'look', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c2', output: 'Sea' },
  ],
  tools: [{ type: 'function', name: 'look', parameters }],
  max_output_tokens: 99,
};
const keyed: JsonObject = { ...agent, prompt_cache_key: 'k' };
const claude: WireTarget = { model: 'claude-sonnet-5', quirks: {}, stream: false };
const atBedrock = { ...claude, model: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0' };
const atRouter = { ...claude, model: 'anthropic/claude-sonnet-5', quirks: { cacheControl: true } };

const written = (body: JsonObject, to = anthropic, target = claude) =>
  to.writeRequest(responses.readRequest(body), target);
/** The parts before each mark, by their text or the id of the call that they answer. */
function markedParts(body: JsonObject): string[] {
  const system = typeof body.system === 'string' ? [] : objectsOf(body.system);
  const parts = [...system, ...objectsOf(body.messages).flatMap(({ content }) => objectsOf(content))];
  const named = ({ text, tool_use_id: id, toolResult }: JsonObject) =>
    String(text ?? id ?? objectsOf([toolResult ?? null])[0]?.toolUseId);
  return parts.flatMap((part, at) =>
    part.cache_control ? [named(part)] : part.cachePoint ? [named(parts[at - 1] ?? {})] : [],
  );
}

test('a request of Codex with a cache key is marked for Claude at every provider, without a warning', () => {
  for (const { body, warnings } of [
    written(keyed),
    written(keyed, bedrock, atBedrock),
    written(keyed, chat, atRouter),
  ]) {
    const isChat = objectsOf(body.messages).some(({ role }) => role === 'tool');
    const ends = isChat ? ['Sky', 'Sea'] : ['c1', 'c2'];
    assert.deepEqual(markedParts(body), ['You are an agent.', ...ends]);
    assert.deepEqual(warnings, []);
  }
});

test('where a client of Responses says to cache is marked for Claude at every provider, and nowhere else', () => {
  const prompt_cache_breakpoint = { mode: 'explicit' };
  const content = [
    { type: 'input_text', text: 'Rules', prompt_cache_breakpoint },
    { type: 'input_text', text: 'Question', prompt_cache_breakpoint: null },
  ];
  const output = [{ type: 'input_text', text: 'Sky', prompt_cache_breakpoint }];
  const marked = {
    ...keyed,
    input: [
      { role: 'user', content },
      { type: 'function_call', call_id: 'c1', name: 'look', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output },
    ],
  };
  const direct = written(marked);
  assert.deepEqual(markedParts(direct.body), ['Rules']);
  assert.match(JSON.stringify(direct.body), /"text":"Sky","cache_control"/);
  const others = [written(marked, bedrock, atBedrock), written(marked, chat, atRouter)];
  assert.deepEqual(
    others.map(({ body }) => markedParts(body)),
    [
      ['Rules', 'c1'],
      ['Rules', 'Sky'],
    ],
  );
  for (const { warnings } of [direct, ...others]) assert.deepEqual(warnings, []);
  const { warnings } = written(marked, chat, { ...claude, model: 'gpt-5' });
  assert.match(warnings.join(), /Marks for prompt caching were left out/);
});

test('each call finds what the call before it wrote', () => {
  const before = written({ ...keyed, input: objectsOf(keyed.input).slice(0, -2) });
  assert.deepEqual(markedParts(before.body), ['You are an agent.', 'Look', 'c1']);
  assert.deepEqual(markedParts(written(keyed).body), ['You are an agent.', 'c1', 'c2']);
});

test('the tools are marked if there is no system prompt', () => {
  const { instructions: _, ...rest } = keyed;
  const { body } = written(rest);
  assert.deepEqual(objectsOf(body.tools)[0]?.cache_control, { type: 'ephemeral' });
  assert.deepEqual(markedParts(body), ['c1', 'c2']);
});

test('all tools are sent, and only the last is marked', () => {
  const { instructions: _, ...rest } = keyed;
  const tools = ['look', 'find', 'open'].map((name) => ({ type: 'function', name, parameters }));
  const sent = ['look', 'find', 'open'].map((name) => ({ name, input_schema: parameters }));
  assert.deepEqual(written({ ...rest, tools }).body.tools, [
    ...sent.slice(0, 2),
    { ...sent[2], cache_control: { type: 'ephemeral' } },
  ]);
  assert.deepEqual(written({ ...keyed, tools }).body.tools, sent);
});

test('a cache for 24 hours becomes the longest that Claude has', () => {
  const { body } = written({ ...agent, prompt_cache_retention: '24h' });
  assert.match(JSON.stringify(body), /"cache_control":\{"type":"ephemeral","ttl":"1h"\}/);
  const converse = written({ ...keyed, prompt_cache_retention: '24h' }, bedrock, atBedrock).body;
  assert.match(JSON.stringify(converse), /"cachePoint":\{"type":"default","ttl":"1h"\}/);
});

test('without that wish nothing is marked: a cache write costs more than the prompt itself', () => {
  assert.doesNotMatch(JSON.stringify(written(agent).body), /cache_control/);
  assert.doesNotMatch(JSON.stringify(written({ ...agent, prompt_cache_key: '' }).body), /cache_control/);
});

test('a client’s own marks stay the only ones', () => {
  const { body, warnings } = anthropic.writeRequest(
    chat.readRequest({
      model: 'm',
      max_tokens: 9,
      prompt_cache_key: 'k',
      messages: [
        { role: 'system', content: 'Top', cache_control: { type: 'ephemeral' } },
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      ],
    }),
    claude,
  );
  assert.deepEqual(markedParts(body), ['Top']);
  assert.deepEqual(warnings, []);
});

test('another maker’s model is not marked, and the warning about the key stays', () => {
  const { body, warnings } = written(keyed, bedrock, { ...claude, model: 'amazon.nova-pro-v1:0' });
  assert.doesNotMatch(JSON.stringify(body), /cachePoint/);
  assert.match(warnings.join(), /"prompt_cache_key" was left out/);
});

test('a Claude that has no prompt cache is not marked, and the warning about the key stays', () => {
  const older = [
    'anthropic.claude-v2:1',
    'anthropic.claude-instant-v1',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'anthropic.claude-3-5-sonnet-20240620-v1:0',
  ];
  const sent = older.map((model) => written(keyed, bedrock, { ...claude, model }));
  for (const { body, warnings } of [...sent, written(keyed, anthropic, { ...claude, model: 'claude-2.1' })]) {
    assert.doesNotMatch(JSON.stringify(body), /cachePoint|cache_control/);
    assert.match(warnings.join(), /"prompt_cache_key" was left out/);
  }
  for (const model of [
    'anthropic.claude-3-5-haiku-20241022-v1:0',
    'us.anthropic.claude-opus-4-1-20250805-v1:0',
  ])
    assert.match(JSON.stringify(written(keyed, bedrock, { ...claude, model }).body), /cachePoint/);
});

test('a model of Bedrock that caches for only five minutes is not asked for an hour', () => {
  for (const model of [
    'us.anthropic.claude-3-7-sonnet-20250219-v1:0',
    'us.anthropic.claude-opus-4-1-20250805-v1:0',
  ]) {
    const { body, warnings } = written({ ...keyed, prompt_cache_retention: '24h' }, bedrock, {
      ...claude,
      model,
    });
    assert.match(JSON.stringify(body), /"cachePoint":\{"type":"default"\}/);
    assert.doesNotMatch(JSON.stringify(body), /"ttl"/);
    assert.match(warnings.join(), /A cache of one hour was sent as one of five minutes/);
  }
});

test('OpenRouter’s automatic caching is marked for Claude elsewhere', () => {
  const body = {
    model: 'm',
    max_tokens: 9,
    cache_control: { type: 'ephemeral', ttl: '1h' },
    messages: [{ role: 'user', content: 'Hi' }],
  };
  const sent = anthropic.writeRequest(chat.readRequest(body), claude);
  assert.match(JSON.stringify(sent.body.messages), /"cache_control":\{"type":"ephemeral","ttl":"1h"\}/);
  assert.deepEqual(sent.warnings, []);
});
