import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/core/json/json.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

// It is not configured that these providers take reasoning back, nor in which field. They have sent theirs in one.

const fields = ['reasoning_content', 'reasoning', 'reasoning_text', 'content'] as const;
const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const question = 'How is the weather in Bergen?';

/** What a client brings back of an answer in its own dialect, whole or from its stream's end. */
const clients: readonly {
  readonly path: string;
  readonly first: JsonObject;
  readonly next: (said: JsonObject) => JsonObject;
}[] = [
  {
    path: '/v1/chat/completions',
    first: {
      messages: [{ role: 'user', content: question }],
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
    },
    next: () => ({
      messages: [
        { role: 'user', content: question },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'call_0', content: 'rain' },
      ],
      tools: [{ type: 'function', function: { name: 'weather', parameters } }],
    }),
  },
  {
    path: '/v1/messages',
    first: {
      max_tokens: 500,
      messages: [{ role: 'user', content: question }],
      tools: [{ name: 'weather', input_schema: parameters }],
    },
    next: ({ content = [] }) => ({
      max_tokens: 500,
      messages: [
        { role: 'user', content: question },
        { role: 'assistant', content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_0', content: 'rain' }] },
      ],
      tools: [{ name: 'weather', input_schema: parameters }],
    }),
  },
  {
    path: '/v1/responses',
    first: {
      input: [{ role: 'user', content: question }],
      tools: [{ type: 'function', name: 'weather', parameters }],
    },
    next: ({ output }) => ({
      input: [
        { role: 'user', content: question },
        ...(Array.isArray(output) ? output : []),
        { type: 'function_call_output', call_id: 'call_0', output: 'rain' },
      ],
      tools: [{ type: 'function', name: 'weather', parameters }],
    }),
  },
];

type Cleanup = Parameters<typeof startTestGateway>[0];

/** A provider that sends its reasoning in this field before it calls a tool, and another that only shares its dialect. */
async function open(t: Cleanup, field: string) {
  const asked: JsonObject[] = [];
  const state = { refuses: false };
  const url = await startLocalServer(t, async (request, response) => {
    const body = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
    asked.push(body);
    if (state.refuses && JSON.stringify(body['messages']).includes(`"${field}"`)) {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: `Unknown member ${field}` } }));
      return;
    }
    const message = {
      role: 'assistant',
      content: null,
      [field]: toldIn(field, 'It rains there.'),
      tool_calls: [
        { index: 0, id: 'call_0', type: 'function', function: { name: 'weather', arguments: '{}' } },
      ],
    };
    const envelope = { id: 'r', created: 1, model: 'm', usage: { prompt_tokens: 1, completion_tokens: 1 } };
    const choice = { index: 0, finish_reason: 'tool_calls' };
    response.writeHead(200, { 'content-type': body['stream'] ? 'text/event-stream' : 'application/json' });
    response.end(
      body['stream']
        ? `data: ${JSON.stringify({ ...envelope, object: 'chat.completion.chunk', choices: [{ ...choice, delta: message }] })}\n\ndata: [DONE]\n\n`
        : JSON.stringify({ ...envelope, object: 'chat.completion', choices: [{ ...choice, message }] }),
    );
  });
  const provider = { dialect: 'openai-chat', baseUrl: `${url}/v1`, apiKey: 'k' } as const;
  const gateway = await startTestGateway(t, {
    config: { providers: { lab: provider, other: provider }, routing: { retries: 0 } },
  });
  return { gateway, asked, state };
}

/** Mistral tells a thought as a part of the content. */
function toldIn(field: string, thought: string | undefined): JsonValue | undefined {
  if (field !== 'content') return thought;
  if (thought === undefined) return null;
  return [{ type: 'thinking', thinking: [{ type: 'text', text: thought }], closed: true }];
}

/** The assistant's turn in the latest request to the provider. */
function turnIn(asked: readonly JsonObject[]): JsonObject {
  const messages: JsonValue | undefined = asked.at(-1)?.['messages'];
  const turn = Array.isArray(messages) ? messages[1] : undefined;
  return isJsonObject(turn) ? turn : {};
}

for (const field of fields) {
  test(`reasoning that came as ${field} goes back under that name, only to its origin`, async (t) => {
    const { gateway, asked } = await open(t, field);
    for (const { path, first, next } of clients) {
      for (const stream of [false, true]) {
        const whole = await post(gateway, path, { model: 'lab/m', ...first });
        const said = JSON.parse(await whole.text()) as JsonObject; // a reply of ours
        const told = await post(gateway, path, { model: 'lab/m', stream, ...first });
        assert.equal(told.status, 200, await told.text());
        for (const [model, thought] of [
          ['lab/m', 'It rains there.'],
          ['other/m', undefined],
        ] as const) {
          const reply = await post(gateway, path, { model, stream, ...next(said) });
          assert.equal(reply.status, 200, await reply.text());
          const what = `${path}, ${model}, streamed: ${stream}`;
          assert.deepEqual(turnIn(asked)[field], toldIn(field, thought), what);
          if (thought !== undefined) assert.equal(reply.headers.get('x-conclave-warnings'), null, what);
        }
      }
    }
  });
}

test('a provider that rejects its own reasoning is sent none again', async (t) => {
  const { gateway, asked, state } = await open(t, 'reasoning');
  const [chat] = clients;
  assert.ok(chat);
  const ask = async (body: JsonObject) => {
    const reply = await post(gateway, chat.path, { model: 'lab/m', ...body });
    assert.equal(reply.status, 200, await reply.text());
  };
  await ask(chat.first);
  state.refuses = true;
  await ask(chat.next({}));
  assert.equal(asked.length, 3, 'retried without it');
  await ask(chat.first);
  await ask(chat.next({}));
  assert.equal(asked.length, 5, 'without another retry');
});
