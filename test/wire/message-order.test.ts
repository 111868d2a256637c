import assert from 'node:assert/strict';
import { test } from 'node:test';
import { objectOf, objectsOf } from '../../src/dialects/fields/loose-fields.ts';
import { startEchoingProvider, type Received } from '../providers/echoing-provider.ts';
import { claudeAt, post, startTestGateway, type Cleanup } from '../support/gateway.ts';
import { completion } from '../support/chat-replies.ts';

// Coding agents send reminders with the results of tools. Mistral's models accept only an assistant message there, and
// Bedrock's Llamas nothing else in the turn.

type Role = { readonly role?: unknown; readonly content?: unknown };

function messagesOf({ body }: Received): Role[] {
  return objectsOf(JSON.parse(JSON.stringify(body['messages'])));
}

function callIdsIn({ body }: Received): string[] {
  return [...JSON.stringify(body['messages']).matchAll(/"(?:id|tool_call_id)":"([^"]*)"/g)].map(
    ([, id = '']) => id,
  );
}

const nextRoles: Readonly<Record<string, readonly string[]>> = {
  system: ['system', 'user', 'assistant'],
  user: ['system', 'user', 'assistant'],
  assistant: ['user', 'tool'],
  tool: ['assistant', 'tool'],
};

/** Answers as Mistral does, with its errors for an order of messages, and ids of calls, that it does not accept. */
async function startMistral(t: Cleanup) {
  const { url, received } = await startEchoingProvider(t, (asked) => {
    const strange = callIdsIn(asked).find((id) => !/^[a-zA-Z0-9]{9}$/.test(id));
    if (strange !== undefined) {
      const message = `Tool call id was ${strange} but must be a-z, A-Z, 0-9, with a length of 9.`;
      return { status: 400, body: { object: 'error', message, type: 'invalid_request_error', code: '3280' } };
    }
    const roles = messagesOf(asked).map(({ role }) => String(role));
    const at = roles.findIndex((role, index) => {
      const before = roles[index - 1];
      return before !== undefined && !nextRoles[before]?.includes(role);
    });
    if (at < 0) return { body: completion() };
    const message = `Unexpected role '${roles[at]}' after role '${roles[at - 1]}'`;
    const type = 'invalid_request_message_order';
    return { status: 400, body: { object: 'error', message, type, param: null, code: '3230' } };
  });
  const provider = { baseUrl: `${url}/v1`, apiKey: 'k' };
  const gateway = await startTestGateway(t, {
    config: () => ({ providers: { mistral: provider, openrouter: provider, nvidia: provider } }),
  });
  return async (path: string, body: object) => {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status, 200, await reply.text());
    const last = received.at(-1);
    assert.ok(last);
    return { sent: messagesOf(last), warnings: reply.headers.get('x-conclave-warnings') ?? '' };
  };
}

const models = [
  'mistral/mistral-large-latest',
  'mistral/m',
  'openrouter/mistralai/devstral-medium',
  'nvidia/mistralai/mistral-small-4',
];
const rolesIn = (sent: readonly Role[]) => sent.map(({ role }) => role);

test('a reminder of Claude Code and an image follow a tool’s result at Mistral', async (t) => {
  const ask = await startMistral(t);
  const image = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
  for (const model of models) {
    const { sent } = await ask('/v1/messages', {
      model,
      max_tokens: 99,
      messages: [
        { role: 'user', content: 'Look' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'image', source: image }] },
            { type: 'text', text: '<system-reminder>Be brief.</system-reminder>' },
          ],
        },
      ],
    });
    assert.deepEqual(rolesIn(sent), ['user', 'assistant', 'tool', 'assistant', 'user'], model);
    assert.equal(sent[3]?.content, 'I have the results.');
    assert.match(JSON.stringify(sent[4]), /image_url.*Be brief/);
  }
});

test('the images of several results, each sent in its own user message, follow the last result', async (t) => {
  const { url, received } = await startEchoingProvider(t, () => ({ body: completion() }));
  const gateway = await startTestGateway(t, {
    config: { providers: { xai: { baseUrl: `${url}/v1`, apiKey: 'k' } } },
  });
  const image = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' };
  const use = (id: string) => ({ type: 'tool_use', id, name: 'look', input: {} });
  const result = (id: string, content: unknown) => ({
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: id, content },
      { type: 'text', text: `Note on ${id}` },
    ],
  });
  const reply = await post(gateway, '/v1/messages', {
    model: 'xai/grok-4.6',
    max_tokens: 99,
    messages: [
      { role: 'user', content: 'Look' },
      { role: 'assistant', content: [use('a'), use('b')] },
      result('a', [{ type: 'image', source: image }]),
      result('b', 'Sky'),
    ],
  });
  assert.equal(reply.status, 200, await reply.text());
  const last = received.at(-1);
  assert.ok(last);
  const sent = messagesOf(last);
  assert.deepEqual(rolesIn(sent), ['user', 'assistant', 'tool', 'tool', 'user', 'user']);
  assert.match(JSON.stringify(sent[4]), /image_url.*Note on a/);
  assert.equal(sent[5]?.content, 'Note on b');
});

test('an instruction of Codex in mid-conversation goes to the start at Mistral, and the user’s word after it', async (t) => {
  const ask = await startMistral(t);
  for (const model of models) {
    const { sent, warnings } = await ask('/v1/responses', {
      model,
      instructions: 'Top',
      input: [
        { role: 'user', content: 'Look' },
        { type: 'function_call', call_id: 'call_1', name: 'look', arguments: '{}' },
        { type: 'function_call_output', call_id: 'call_1', output: 'Sky' },
        { role: 'developer', content: 'Later' },
        { role: 'user', content: 'Stop' },
      ],
    });
    assert.deepEqual(rolesIn(sent), ['system', 'user', 'assistant', 'tool', 'assistant', 'user'], model);
    assert.equal(sent[0]?.content, 'Top\n\nLater');
    assert.match(warnings, /moved to the system prompt/);
  }
});

test('a relayed chat is put into Mistral’s order, with its ids of calls, too', async (t) => {
  const ask = await startMistral(t);
  const call = { id: 'abcdefghi', type: 'function', function: { name: 'look', arguments: '{}' } };
  const messages = [
    { role: 'user', content: 'Look' },
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'abcdefghi', content: 'Sky' },
    { role: 'user', content: 'Stop' },
  ];
  for (const model of models) {
    const { sent } = await ask('/v1/chat/completions', { model, messages });
    assert.deepEqual(rolesIn(sent), ['user', 'assistant', 'tool', 'assistant', 'user'], model);
  }
  const foreign = JSON.parse(JSON.stringify(messages).replaceAll('abcdefghi', 'toolu_01AbCdEf')) as object[];
  for (const model of models) await ask('/v1/chat/completions', { model, messages: foreign });
  const { sent } = await ask('/v1/chat/completions', {
    model: models[0],
    messages: [...messages, { role: 'assistant', content: 'Done' }, { role: 'user', content: 'And now?' }],
  });
  assert.equal(sent.length, 7, 'one message is added in the middle of the conversation');
});

const converseAnswer = {
  output: { message: { role: 'assistant', content: [{ text: 'Hello.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
};

/** Bedrock's error for a turn in which Llama accepts nothing next to tools. */
function refusedByLlama(asked: Received): string | undefined {
  for (const [at, { content }] of messagesOf(asked).entries())
    for (const kind of ['toolUse', 'toolResult']) {
      const blocks = Array.isArray(content) ? content.map(objectOf) : [];
      const isMixed = new Set(blocks.map((block) => block[kind] === undefined)).size > 1;
      const name = kind === 'toolUse' ? 'tool use' : 'tool result';
      if (isMixed)
        return `messages.${at}.content: Conversation blocks and ${name} blocks cannot be provided in the same turn.`;
    }
  return undefined;
}

test('text next to tool calls, and reminders next to their results, get turns of their own at Bedrock’s Llamas', async (t) => {
  const { url, received } = await startEchoingProvider(t, (asked) => {
    const message = refusedByLlama(asked);
    return message === undefined ? { body: converseAnswer } : { status: 400, body: { message } };
  });
  const gateway = await startTestGateway(t, { config: { providers: claudeAt(url) } });
  const messages = [
    { role: 'user', content: 'Look' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'Looking.' },
        { type: 'tool_use', id: 'toolu_1', name: 'look', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'toolu_1', content: 'Sky' },
        { type: 'text', text: '<system-reminder>Be brief.</system-reminder>' },
      ],
    },
  ];
  const tools = [{ name: 'look', input_schema: { type: 'object', properties: {} } }];
  for (const model of [
    'bedrock/us.meta.llama4-maverick-17b-instruct-v1:0',
    'bedrock/mistral.pixtral-large-2502-v1:0',
  ]) {
    const reply = await post(gateway, '/v1/messages', { model, max_tokens: 99, messages, tools });
    assert.equal(reply.status, 200, await reply.text());
    const last = received.at(-1);
    assert.ok(last);
    const toolUse = { toolUseId: 'toolu_1', name: 'look', input: {} };
    const toolResult = { toolUseId: 'toolu_1', content: [{ text: 'Sky' }], status: 'success' };
    assert.deepEqual(messagesOf(last), [
      { role: 'user', content: [{ text: 'Look' }] },
      { role: 'assistant', content: [{ text: 'Looking.' }] },
      { role: 'user', content: [{ text: 'Go on.' }] },
      { role: 'assistant', content: [{ toolUse }] },
      { role: 'user', content: [{ toolResult }] },
      { role: 'assistant', content: [{ text: 'I have the results.' }] },
      { role: 'user', content: [{ text: '<system-reminder>Be brief.</system-reminder>' }] },
    ]);
  }
});
