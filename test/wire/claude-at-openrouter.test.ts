import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf, objectsOf } from '../../src/dialects/fields/loose-fields.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import { startEchoingProvider } from '../providers/echoing-provider.ts';
import { claudeReply } from '../support/claude-reply.ts';
import { completion } from '../support/chat-replies.ts';
import { claudeAt, post, startTestGateway, type Cleanup } from '../support/gateway.ts';

// A conversation with Claude can move between Anthropic and OpenRouter in the middle of a tool loop. Claude then
// demands the signed thoughts that led to its calls, in whichever form they travel.

const format = 'anthropic-claude-v1';
const details = [
  { type: 'reasoning.text', text: 'Hm.', signature: 'EqQBsig==', format, index: 0 },
  { type: 'reasoning.encrypted', data: 'RRR', format, index: 1 },
];
const chatCall = { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{}' } };
const thought = { role: 'assistant', content: null, reasoning: 'Hm.', reasoning_details: details };

const converseReply = {
  output: { message: { role: 'assistant', content: [{ text: 'Hello.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
};

async function startProviders(t: Cleanup) {
  const { url, received } = await startEchoingProvider(t, ({ path, body }) => {
    if (path.endsWith('/messages')) return { body: claudeReply() };
    if (path.endsWith('/converse')) return { body: converseReply };
    const choice = { index: 0, message: { ...thought, tool_calls: [chatCall] }, finish_reason: 'tool_calls' };
    const isFirst = objectsOf(JSON.parse(JSON.stringify(body['messages']))).length === 1;
    return { body: isFirst ? { ...completion(), choices: [choice] } : completion() };
  });
  const gateway = await startTestGateway(t, {
    config: () => ({
      providers: {
        openrouter: { baseUrl: `${url}/v1`, apiKey: 'k' },
        ...claudeAt(url),
      },
    }),
  });
  return async (path: string, body: object) => {
    const reply = await post(gateway, path, body);
    const said: unknown = await reply.json();
    assert.equal(reply.status, 200, JSON.stringify(said));
    const sent = objectOf(JSON.parse(JSON.stringify(received.at(-1)?.body ?? {})));
    const warnings = reply.headers.get('x-conclave-warnings') ?? '';
    return { sent, warnings, said: objectOf(JSON.parse(JSON.stringify(said))) };
  };
}

const blocks = [
  { type: 'thinking', thinking: 'Hm.', signature: 'EqQBsig==' },
  { type: 'redacted_thinking', data: 'RRR' },
];
const toolUse = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} };
const question = { role: 'user', content: 'Look' };
const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'Sky' }] };
const asked = (model: string, messages: readonly object[]) => ({
  model,
  max_tokens: 8000,
  thinking: { type: 'enabled', budget_tokens: 2000 },
  tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }],
  messages,
});
const sonnet = 'openrouter/anthropic/claude-sonnet-4.5';
const answerIn = ({ messages }: JsonObject) =>
  objectsOf(messages).find(({ role }) => role === 'assistant') ?? {};

test('signed and redacted thoughts of Claude go on to OpenRouter, and thinking stays on', async (t) => {
  const ask = await startProviders(t);
  const turn = { role: 'assistant', content: [...blocks, toolUse] };
  const { sent, warnings } = await ask('/v1/messages', asked(sonnet, [question, turn, result]));
  assert.deepEqual(answerIn(sent).reasoning_details, details);
  assert.deepEqual(sent.reasoning, { max_tokens: 2000 });
  assert.doesNotMatch(warnings, /easoning|hinking/);
});

test('thinking is left out if the calls came without thoughts, or from another model', async (t) => {
  const ask = await startProviders(t);
  const foreign = {
    type: 'thinking',
    thinking: 'Hm.',
    signature: 'openai-responses:{"encrypted_content":"x"}',
  };
  for (const content of [[toolUse], [foreign, toolUse]]) {
    const turn = { role: 'assistant', content };
    const { sent, warnings } = await ask('/v1/messages', asked(sonnet, [question, turn, result]));
    assert.deepEqual([sent.reasoning, sent.reasoning_effort], [undefined, undefined]);
    assert.deepEqual(
      [answerIn(sent).reasoning, answerIn(sent).reasoning_details],
      [undefined, undefined],
      'Claude rejects what it has not signed',
    );
    assert.match(warnings, /Thinking was left out: the tool calls being answered were made without it/);
  }
  const adaptive = 'openrouter/anthropic/claude-sonnet-5';
  const turn = { role: 'assistant', content: [toolUse] };
  const { sent } = await ask('/v1/messages', asked(adaptive, [question, turn, result]));
  assert.deepEqual(sent.reasoning, { max_tokens: 2000 });
});

test('a relayed chat that has lost the thoughts is answered without thinking', async (t) => {
  const ask = await startProviders(t);
  const loop = (answer: object) => [
    question,
    { ...answer, role: 'assistant', tool_calls: [chatCall] },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'Sky' },
  ];
  const chat = { model: sonnet, reasoning: { max_tokens: 2000 } };
  const lost = await ask('/v1/chat/completions', { ...chat, messages: loop({ content: null }) });
  assert.equal(lost.sent.reasoning, undefined);
  assert.match(lost.warnings, /Thinking was left out/);
  const kept = await ask('/v1/chat/completions', { ...chat, messages: loop(thought) });
  assert.deepEqual(kept.sent.reasoning, { max_tokens: 2000 });
  assert.deepEqual(answerIn(kept.sent).reasoning_details, details);
});

test('what OpenRouter’s Claude thought goes on to Anthropic, and back', async (t) => {
  const ask = await startProviders(t);
  const { said } = await ask('/v1/messages', asked(sonnet, [question]));
  assert.deepEqual(objectsOf(said.content).slice(0, 2), blocks);
  const turns = [question, { role: 'assistant', content: said.content }, result];
  const next = await ask('/v1/messages', asked('anthropic/claude-sonnet-4-5', turns));
  assert.deepEqual(objectsOf(answerIn(next.sent).content).slice(0, 2), blocks);
  assert.deepEqual(next.sent.thinking, { type: 'enabled', budget_tokens: 2000 });
  const back = await ask('/v1/messages', asked(sonnet, turns));
  assert.deepEqual(answerIn(back.sent).reasoning_details, details);

  const responses = {
    model: sonnet,
    input: [question],
    reasoning: { effort: 'low', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    max_output_tokens: 9000,
    tools: [{ type: 'function', name: 'look', parameters: { type: 'object', properties: {} } }],
  };
  const first = await ask('/v1/responses', responses);
  const output = { type: 'function_call_output', call_id: 'toolu_1', output: 'Sky' };
  const input = [question, ...objectsOf(first.said.output), output];
  const moved = await ask('/v1/responses', { ...responses, input, model: 'anthropic/claude-sonnet-4-5' });
  assert.deepEqual(objectsOf(answerIn(moved.sent).content).slice(0, 2), blocks);
});

test('thoughts that a chat client loses between OpenRouter and another provider of Claude are restored', async (t) => {
  const ask = await startProviders(t);
  const chat = {
    max_tokens: 8000,
    reasoning_effort: 'low',
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }],
  };
  await ask('/v1/chat/completions', { ...chat, model: sonnet, messages: [question] });
  const messages = [
    question,
    { role: 'assistant', content: null, tool_calls: [chatCall] },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'Sky' },
  ];
  const moved = await ask('/v1/chat/completions', {
    ...chat,
    model: 'anthropic/claude-sonnet-4-5',
    messages,
  });
  assert.deepEqual(objectsOf(answerIn(moved.sent).content).slice(0, 2), blocks);
  assert.equal(objectOf(moved.sent.thinking).type, 'enabled');
  assert.doesNotMatch(moved.warnings, /easoning|hinking/);

  const bedrock = 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0';
  const converse = await ask('/v1/chat/completions', { ...chat, model: bedrock, messages });
  assert.deepEqual(objectsOf(answerIn(converse.sent).content).slice(0, 2), [
    { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'EqQBsig==' } } },
    { reasoningContent: { redactedContent: Buffer.from('RRR').toString('base64') } },
  ]);
  assert.doesNotMatch(converse.warnings, /easoning|left out/);
});

test('the encrypted thoughts of another maker’s model at OpenRouter are neither sent to Claude nor taken for its own', async (t) => {
  const ask = await startProviders(t);
  const gemini = { type: 'reasoning.encrypted', data: 'AAA', format: 'google-gemini-v1', index: 0 };
  const messages = [
    question,
    { ...thought, reasoning_details: [gemini], tool_calls: [chatCall] },
    { role: 'tool', tool_call_id: 'toolu_1', content: 'Sky' },
  ];
  const chat = { reasoning: { max_tokens: 2000 }, messages };
  const moved = await ask('/v1/chat/completions', { ...chat, model: sonnet });
  assert.equal(moved.sent.reasoning, undefined);
  const { reasoning, reasoning_details: sent } = answerIn(moved.sent);
  assert.deepEqual([reasoning, sent], [undefined, undefined]);
  assert.match(moved.warnings, /Thinking was left out: the tool calls being answered were made without it/);

  const stays = await ask('/v1/chat/completions', { ...chat, model: 'openrouter/google/gemini-2.5-pro' });
  assert.deepEqual(answerIn(stays.sent).reasoning_details, [gemini]);

  const signature = `openai-chat:${JSON.stringify(gemini)}`;
  const turn = { role: 'assistant', content: [{ type: 'redacted_thinking', data: signature }, toolUse] };
  const translated = await ask('/v1/messages', asked(sonnet, [question, turn, result]));
  assert.equal(translated.sent.reasoning, undefined);
  assert.equal(answerIn(translated.sent).reasoning_details, undefined);
  assert.match(translated.warnings, /Reasoning of another model was left out/);
  const back = await ask('/v1/messages', asked('openrouter/google/gemini-2.5-pro', [question, turn, result]));
  assert.deepEqual(answerIn(back.sent).reasoning_details, [gemini]);
});

test('the encrypted thoughts of Claude at OpenRouter are not sent to another maker’s model there', async (t) => {
  const ask = await startProviders(t);
  const turn = { role: 'assistant', content: [...blocks, toolUse] };
  for (const model of [
    'openrouter/openai/gpt-5.5',
    'openrouter/x-ai/grok-4',
    'openrouter/google/gemini-3-pro',
  ]) {
    const { sent } = await ask('/v1/messages', asked(model, [question, turn, result]));
    assert.equal(answerIn(sent).reasoning_details, undefined, model);
    const messages = [question, { ...thought, tool_calls: [chatCall] }, { role: 'user', content: 'Go on' }];
    const relayed = await ask('/v1/chat/completions', { model, messages });
    assert.equal(answerIn(relayed.sent).reasoning_details, undefined, model);
    assert.equal(answerIn(relayed.sent).reasoning, 'Hm.', model);
  }
});

test('a forced tool call excludes thinking, with a warning', async (t) => {
  const ask = await startProviders(t);
  const look = { name: 'look', parameters: { type: 'object', properties: {} } };
  for (const [path, body] of Object.entries({
    '/v1/responses': {
      input: [question],
      reasoning: { effort: 'high' },
      tools: [{ type: 'function', strict: false, ...look }],
      tool_choice: 'required',
    },
    '/v1/messages': { ...asked(sonnet, [question]), tool_choice: { type: 'any' } },
    '/v1/chat/completions': {
      messages: [question],
      reasoning: { max_tokens: 2000 },
      reasoning_effort: 'high',
      tools: [{ type: 'function', function: look }],
      tool_choice: 'required',
    },
  })) {
    const { sent, warnings } = await ask(path, { ...body, model: sonnet });
    assert.deepEqual(
      [sent.reasoning, sent.reasoning_effort, sent.tool_choice],
      [undefined, undefined, 'required'],
    );
    assert.match(warnings, /Thinking was left out: a forced tool call excludes it/, path);
  }
});
