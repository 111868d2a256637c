import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { JsonObject } from '../../src/core/json/json.ts';
import anthropicMessages from '../../src/dialects/anthropic-messages/index.ts';
import openaiResponses from '../../src/dialects/openai-responses/index.ts';
import { startScriptedProvider, wholeReply, type Script } from '../providers/scripted-provider.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { contentOf } from '../support/reply-content.ts';

// GitHub Copilot splits one answer of Claude over several choices: its text is in the first, its calls are in others.

const parameters = { type: 'object', properties: { at: { type: 'string' } } };
const call = (id: string, at: string) => ({
  id,
  type: 'function',
  function: { name: 'look', arguments: JSON.stringify({ at }) },
});
const usage = { prompt_tokens: 7, completion_tokens: 9, total_tokens: 16 };
const finish_reason = 'tool_calls';
const reply = { id: 'c', object: 'chat.completion', created: 1, model: 'a', usage };
const messages = [
  { role: 'assistant', content: 'I will look.' },
  { role: 'assistant', content: null, tool_calls: [call('call_a', 'here')] },
  { role: 'assistant', content: null, tool_calls: [call('call_b', 'there')] },
];
const whole = wholeReply({
  ...reply,
  choices: messages.map((message, index) => ({ index, message, finish_reason })),
});

/** The pieces of the two calls are mixed, and both are the first of their choices. */
const deltas: readonly (readonly [choice: number, delta: object])[] = [
  [0, { role: 'assistant', content: 'I will ' }],
  [0, { content: 'look.' }],
  [
    1,
    { tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'look', arguments: '' } }] },
  ],
  [
    2,
    { tool_calls: [{ index: 0, id: 'call_b', type: 'function', function: { name: 'look', arguments: '' } }] },
  ],
  [1, { tool_calls: [{ index: 0, function: { arguments: '{"at":' } }] }],
  [2, { tool_calls: [{ index: 0, function: { arguments: '{"at":"there"}' } }] }],
  [1, { tool_calls: [{ index: 0, function: { arguments: '"here"}' } }] }],
];

function streamed(end: string): Script {
  const events = [
    ...deltas.map(([index, delta]) => ({ choices: [{ index, delta, finish_reason: null }] })),
    { choices: messages.map((_, index) => ({ index, delta: {}, finish_reason })), usage },
  ].map(
    (event) =>
      `data: ${JSON.stringify({ ...reply, object: 'chat.completion.chunk', usage: null, ...event })}\n\n`,
  );
  return {
    contentType: 'text/event-stream',
    pieces: [...events, end].map((text) => Buffer.from(text)),
    ending: 'end',
  };
}

const expected = [
  { type: 'text', text: 'I will look.', citations: [] },
  { type: 'tool-call', id: 'call_a', name: 'look', arguments: { at: 'here' } },
  { type: 'tool-call', id: 'call_b', name: 'look', arguments: { at: 'there' } },
];

const clients = [
  {
    dialect: anthropicMessages,
    path: '/v1/messages',
    ask: {
      messages: [{ role: 'user', content: 'Look.' }],
      tools: [{ name: 'look', input_schema: parameters }],
    },
  },
  {
    dialect: openaiResponses,
    path: '/v1/responses',
    ask: { input: 'Look.', tools: [{ type: 'function', name: 'look', parameters }] },
  },
];

async function startLab(t: TestContext) {
  const lab = await startScriptedProvider(t);
  const endpoint = { dialect: 'openai-chat', baseUrl: `${lab.url}/v1`, apiKey: 'k' } as const;
  const gateway = await startTestGateway(t, {
    config: {
      providers: { lab: endpoint, rewritten: { ...endpoint, quirks: { rewritesReplies: true } } },
      routing: { retries: 0 },
    },
  });
  return { lab, gateway };
}

const chat = (more: object) => ({
  model: 'rewritten/a',
  messages: [{ role: 'user', content: 'Look.' }],
  tools: [{ type: 'function', function: { name: 'look', parameters } }],
  ...more,
});

for (const { dialect, path, ask } of clients) {
  test(`the parts of an answer that came as several choices reach a client of ${dialect.id} as one answer`, async (t) => {
    const { lab, gateway } = await startLab(t);
    const body = { model: 'lab/a', max_tokens: 99, ...ask };
    lab.say(whole);
    const answer = await post(gateway, path, body);
    const said = JSON.parse(await answer.text()) as JsonObject; // the gateway's own reply
    assert.deepEqual(contentOf(dialect.readReply(said, {})), expected);
    for (const end of ['data: [DONE]\n\n', '']) {
      lab.say(streamed(end));
      const stream = await post(gateway, path, { ...body, stream: true });
      const reader = dialect.replyReader({});
      const parts = [...reader.push(new Uint8Array(await stream.arrayBuffer())), ...reader.end()];
      assert.deepEqual(contentOf(parts), expected);
      assert.equal(parts.findLast(({ type }) => type === 'finish')?.type, 'finish', end);
    }
  });
}

test('a chat client gets the choices as they came, or one answer where replies are written anew', async (t) => {
  const { lab, gateway } = await startLab(t);
  const answersTo = async (body: object) => {
    const answer = await post(gateway, '/v1/chat/completions', body);
    const { choices } = (await answer.json()) as { choices: { message: Message }[] };
    return choices.map(({ message }) => [message.content, message.tool_calls?.map((called) => called.id)]);
  };
  const apart = [
    ['I will look.', undefined],
    [null, ['call_a']],
    [null, ['call_b']],
  ];
  lab.say(whole);
  assert.deepEqual(await answersTo(chat({ model: 'lab/a' })), apart);
  assert.deepEqual(await answersTo(chat({ n: 1 })), [['I will look.', ['call_a', 'call_b']]]);
  assert.deepEqual(await answersTo(chat({ n: 3 })), apart, 'as many answers as were asked for');
});

test('an answer in several choices is cut off if one of them is', async (t) => {
  const { lab, gateway } = await startLab(t);
  const { pieces, ...script } = streamed('');
  lab.say({
    ...script,
    pieces: pieces
      .slice(0, -2)
      .concat(
        Buffer.from(
          `data: ${JSON.stringify({ ...reply, choices: [{ index: 0, delta: {}, finish_reason }] })}\n\n`,
        ),
      ),
  });
  const answer = await post(gateway, '/v1/messages', {
    model: 'lab/a',
    max_tokens: 99,
    stream: true,
    ...clients[0]?.ask,
  });
  assert.match(await answer.text(), /event: error/);
});

test('an answer in several choices fails with the one that begins with an error, whichever it is and whatever came before', async (t) => {
  const { lab, gateway } = await startLab(t);
  const error = { code: 502, message: 'The line is down.' };
  const choiceOf = (index: number, more: object) => ({ index, finish_reason: null, ...more });
  const failing = choiceOf(1, { delta: { content: '' }, error, finish_reason: 'error' });
  const said = choiceOf(0, { delta: { role: 'assistant', content: 'I will look.' } });
  const ended = choiceOf(0, { delta: {}, finish_reason });
  const streams = [
    [[said], [ended], [failing]],
    [[said], [ended, failing]],
    [[said], [failing], [ended]],
    [[said, failing]],
  ];
  for (const events of streams) {
    const written = events.map((choices) => `data: ${JSON.stringify({ ...reply, usage, choices })}\n\n`);
    const pieces = [...written, 'data: [DONE]\n\n'].map((text) => Buffer.from(text));
    lab.say({ contentType: 'text/event-stream', pieces, ending: 'end' });
    for (const { path, ask } of clients) {
      const body = { model: 'lab/a', max_tokens: 99, stream: true, ...ask };
      const answer = await post(gateway, path, body);
      assert.match(await answer.text(), /The line is down\./, JSON.stringify(events));
    }
  }
  const choices = [{ index: 0, message: messages[0], finish_reason }, failing];
  lab.say(wholeReply({ ...reply, choices }));
  const answer = await post(gateway, '/v1/messages', { model: 'lab/a', max_tokens: 99, ...clients[0]?.ask });
  assert.equal(answer.status, 502);
  assert.match(await answer.text(), /The line is down\./);
});

type Message = { readonly content: string | null; readonly tool_calls?: readonly { readonly id: string }[] };
