import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { JsonObject, JsonValue } from '../../src/core/json/json.ts';
import { objectOf, objectsOf } from '../../src/dialects/fields/loose-fields.ts';
import { chunk, completion, streamEnd } from '../support/chat-replies.ts';
import { nextRequest } from '../support/client-turns.ts';
import { post, startTestGateway } from '../support/gateway.ts';
import { readText, startLocalServer } from '../support/local-server.ts';

// Behind OpenAI's chat format, Gemini writes its signatures beside its calls, and rejects a call that returns without.
// https://ai.google.dev/gemini-api/docs/thought-signatures#openai

const model = 'lab/gemini-3.1-pro-preview';
const weather = {
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
};
const google = { google: { thought_signature: 'CsMBsignature' } };
const dummy = { google: { thought_signature: 'skip_thought_signature_validator' } };
const missing = 'Function call is missing a thought_signature in functionCall parts.';

const question = { role: 'user', content: 'Weather in Oslo?' };
const clients = {
  'openai-chat': ['/v1/chat/completions', { messages: [question] }],
  'openai-responses': ['/v1/responses', { input: [question] }],
  'anthropic-messages': ['/v1/messages', { max_tokens: 500, messages: [question] }],
} as const;
const dialects = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const;

type Asked = { readonly key: string | undefined; readonly messages: readonly JsonObject[] };
type Gemini = {
  /** What it writes beside its calls, and demands there. */
  readonly beside: JsonObject;
  readonly told?: JsonObject;
  readonly isDown?: (key: string | undefined) => boolean;
  /** It shows its thoughts, but does not know them in a request. */
  readonly refusesThoughts?: boolean;
  /** It rejects every request of this user. */
  readonly rejectedUser?: string;
};

/** A seller of Gemini 3 in the chat format: the first call of each of the assistant's messages must be signed. */
async function startGemini(t: TestContext, { beside, told, isDown, refusesThoughts, rejectedUser }: Gemini) {
  const asked: Asked[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const body = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
    const key = request.headers.authorization;
    const messages = objectsOf(body.messages);
    asked.push({ key, messages });
    const fail = (status: number, message: string) => {
      response.statusCode = status;
      response.end(JSON.stringify({ error: { message, code: status } }));
    };
    if (isDown?.(key)) return fail(503, 'down');
    if (body.user !== undefined && body.user === rejectedUser)
      return fail(400, 'Request contains an invalid argument.');
    if (refusesThoughts && messages.some(({ reasoning_content: thought }) => thought !== undefined))
      return fail(400, 'Unknown name "reasoning_content" at messages[1]: Cannot find field.');
    const [namespace = ''] = Object.keys(beside);
    const first = messages.flatMap((message) => objectsOf(message.tool_calls).slice(0, 1));
    const isSigned = (call: JsonObject) =>
      objectOf(objectOf(call.extra_content)[namespace]).thought_signature;
    if (!first.every(isSigned)) return fail(400, missing);
    const call = { content: null, tool_calls: [{ index: 0, ...weather, extra_content: beside }] };
    response.setHeader('content-type', body.stream === true ? 'text/event-stream' : 'application/json');
    if (body.stream !== true)
      response.end(JSON.stringify(completion({ ...call, ...told }, { finish: 'tool_calls' })));
    else response.end(`${told ? chunk(told) : ''}${chunk(call)}${chunk({}, 'tool_calls')}${streamEnd}`);
  });
  return { url, asked };
}

const labAt = (url: string, apiKey = 'key-lab') => ({
  providers: { lab: { dialect: 'openai-chat' as const, baseUrl: `${url}/v1`, apiKey } },
  models: [{ id: model }],
});

async function answered(response: Response): Promise<JsonObject | Buffer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, bytes.toString());
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream');
  return isStream ? bytes : (JSON.parse(bytes.toString()) as JsonObject); // a reply of ours
}

const besideCalls = (asked: Asked | undefined): (JsonValue | undefined)[] | undefined =>
  asked?.messages.flatMap(({ tool_calls }) => objectsOf(tool_calls).map((call) => call.extra_content));

for (const client of dialects) {
  const [path, first] = clients[client];
  for (const stream of [false, true]) {
    for (const beside of [google, { vertex: { thought_signature: 'AY89signature' } }]) {
      const [seller] = Object.keys(beside);
      test(`a Gemini behind the chat format of ${seller} gets its signature and its thought back, ${stream ? 'streamed' : 'whole'}, from a client of ${client}`, async (t) => {
        const { url, asked } = await startGemini(t, { beside, told: { reasoning_content: 'Hm.' } });
        const gateway = await startTestGateway(t, { config: labAt(url) });
        const said = await answered(await post(gateway, path, { ...first, model, stream }));
        const strict = { 'x-conclave-strict': 'true' };
        const next = await post(gateway, path, nextRequest(client, said, model), strict);
        assert.equal(next.status, 200, await next.text());
        assert.equal(next.headers.get('x-conclave-warnings'), null);
        assert.deepEqual(besideCalls(asked.at(-1)), [beside]);
        assert.equal(asked.at(-1)?.messages[1]?.reasoning_content, 'Hm.');
      });
    }
  }

  for (const told of [undefined, { reasoning_content: 'Hm.' }])
    test(`another key of a Gemini gets calls with a sign that says they are not its own, ${told ? 'and their thought, ' : ''}from a client of ${client}`, async (t) => {
      let failing = '';
      const { url, asked } = await startGemini(t, {
        beside: google,
        ...(told && { told }),
        isDown: (key) => key === failing,
      });
      const config = { ...labAt(url, 'key-a'), deployments: [{ model, apiKey: 'key-b' }] };
      const gateway = await startTestGateway(t, { config });
      const said = await answered(await post(gateway, path, { ...first, model }));
      failing = asked.at(-1)?.key ?? '';
      const next = await post(gateway, path, nextRequest(client, said, model));
      assert.equal(next.status, 200, await next.text());
      assert.notEqual(asked.at(-1)?.key, failing);
      assert.deepEqual(besideCalls(asked.at(-1)), [dummy]);
      assert.equal(asked.at(-1)?.messages[1]?.reasoning_content, told?.reasoning_content);
    });
}

/** Returns a request of a client that keeps of a message only what OpenAI's own format has. */
function withoutUnknown({ messages, ...request }: JsonObject): JsonObject {
  const kept = objectsOf(messages).map(({ reasoning_content: _thought, tool_calls: calls, ...message }) => ({
    ...message,
    ...(Array.isArray(calls) && {
      tool_calls: objectsOf(calls).map(({ extra_content: _extra, ...call }) => call),
    }),
  }));
  return { ...request, ...(messages !== undefined && { messages: kept }) };
}

for (const client of dialects) {
  const [path, first] = clients[client];
  test(`a Gemini that refuses its thoughts gets its signatures all the same, from a client of ${client}`, async (t) => {
    const told = { reasoning_content: 'Hm.' };
    const { url, asked } = await startGemini(t, { beside: google, told, refusesThoughts: true });
    const gateway = await startTestGateway(t, { config: labAt(url) });
    for (const isKnown of [false, true]) {
      const said = await answered(await post(gateway, path, { ...first, model }));
      const before = asked.length;
      const next = await post(gateway, path, withoutUnknown(nextRequest(client, said, model)));
      assert.equal(next.status, 200, await next.text());
      assert.deepEqual(besideCalls(asked.at(-1)), [google]);
      assert.equal(asked.length - before, isKnown ? 1 : 2);
      if (!isKnown) assert.match(next.headers.get('x-conclave-warnings') ?? '', /Retried without/);
    }
  });
}

for (const told of [undefined, { reasoning_content: 'Hm.' }])
  test(`a request that a Gemini rejects for another reason costs the conversation ${told ? 'neither its thought nor ' : 'not '}its signature`, async (t) => {
    const { url, asked } = await startGemini(t, {
      beside: google,
      ...(told && { told }),
      rejectedUser: 'bad',
    });
    const gateway = await startTestGateway(t, { config: labAt(url) });
    const [path, first] = clients['openai-chat'];
    const said = await answered(await post(gateway, path, { ...first, model }));
    const next = withoutUnknown(nextRequest('openai-chat', said, model));
    const rejected = await post(gateway, path, { ...next, user: 'bad' });
    assert.equal(rejected.status, 400);
    await rejected.text();
    const tried = asked.slice(1).map(({ messages }) => JSON.stringify(messages));
    assert.equal(new Set(tried).size, tried.length, 'no request is repeated as it was');
    await answered(await post(gateway, path, next));
    assert.deepEqual(besideCalls(asked.at(-1)), [google]);
    assert.equal(asked.at(-1)?.messages[1]?.reasoning_content, told?.reasoning_content);
  });

test('once a Gemini is known to refuse its thoughts, a rejected request is tried only with and without its signatures', async (t) => {
  const told = { reasoning_content: 'Hm.' };
  const { url, asked } = await startGemini(t, {
    beside: google,
    told,
    refusesThoughts: true,
    rejectedUser: 'bad',
  });
  const gateway = await startTestGateway(t, { config: labAt(url) });
  const [path, first] = clients['openai-chat'];
  for (const [user, expected] of [
    ['good', [google, google]],
    ['bad', [google, dummy]],
    ['good', [google]],
  ] as const) {
    const said = await answered(await post(gateway, path, { ...first, model }));
    const before = asked.length;
    const next = withoutUnknown(nextRequest('openai-chat', said, model));
    await (await post(gateway, path, { ...next, user })).text();
    const signatures = asked.slice(before).map((one) => besideCalls(one)?.[0]);
    assert.deepEqual(signatures, expected);
  }
});

const odd: Record<string, { readonly beside?: JsonObject; readonly message?: JsonObject }> = {
  'a signature that is null': { beside: { google: { thought_signature: null } } },
  'an empty signature': { beside: { google: { thought_signature: '' } } },
  'a thought that nobody has signed': {
    message: {
      reasoning: 'Hm.',
      reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', format: 'unknown', index: 0 }],
    },
  },
  'a detail that another provider has made for a Gemini': {
    message: {
      reasoning_details: [
        {
          type: 'reasoning.encrypted',
          data: 'CsMBother',
          format: 'google-gemini-v1',
          id: 'call_1',
          index: 0,
        },
      ],
    },
  },
  'a detail of an unknown maker': {
    message: { reasoning_details: [{ type: 'reasoning.encrypted', data: 'abc', format: 'unknown' }] },
  },
  "the summary of another maker's proof": {
    message: {
      reasoning_details: [
        { type: 'reasoning.summary', summary: 'Hm.', format: 'openai-responses-v1', index: 0 },
        { type: 'reasoning.encrypted', data: 'gAAAx', format: 'openai-responses-v1', id: 'rs_1', index: 0 },
      ],
    },
  },
};
for (const [what, { beside, message }] of Object.entries(odd))
  test(`${what} does not stand for the signature that a Gemini demands`, async (t) => {
    const { url, asked } = await startGemini(t, { beside: google });
    const gateway = await startTestGateway(t, { config: labAt(url) });
    const call = { ...weather, ...(beside && { extra_content: beside }) };
    const messages = [
      question,
      { role: 'assistant', content: null, tool_calls: [call], ...message },
      { role: 'tool', tool_call_id: 'call_1', content: 'snow' },
    ];
    await answered(await post(gateway, '/v1/chat/completions', { model, messages }));
    assert.deepEqual(besideCalls(asked.at(-1)), [dummy]);
  });

test('a Gemini whose seller writes the signature as a detail gets it back there, and nothing beside the call', async (t) => {
  const detail = { type: 'reasoning.encrypted', data: 'CsMBown', format: 'google-gemini-v1', id: 'call_1' };
  const asked: JsonObject[] = [];
  const url = await startLocalServer(t, async (request, response) => {
    const { messages } = JSON.parse(await readText(request)) as JsonObject; // our own gateway wrote it
    const said = objectsOf(messages)[1];
    if (said) asked.push(said);
    response.setHeader('content-type', 'application/json');
    const call = { content: null, tool_calls: [{ index: 0, ...weather }], reasoning_details: [detail] };
    response.end(JSON.stringify(completion(call, { finish: 'tool_calls' })));
  });
  const gateway = await startTestGateway(t, { config: labAt(url) });
  const [path, first] = clients['openai-chat'];
  const said = await answered(await post(gateway, path, { ...first, model }));
  const next = nextRequest('openai-chat', said, model);
  for (const request of [next, withoutUnknown(next)]) {
    await answered(await post(gateway, path, request));
    assert.deepEqual(
      objectsOf(asked.at(-1)?.reasoning_details).map(({ data }) => data),
      ['CsMBown'],
    );
    assert.deepEqual(
      objectsOf(asked.at(-1)?.tool_calls).map(({ extra_content: extra }) => extra),
      [undefined],
    );
  }
});

test('a Gemini gets its own signature in the place of one that the client writes as null', async (t) => {
  const { url, asked } = await startGemini(t, { beside: google });
  const gateway = await startTestGateway(t, { config: labAt(url) });
  const path = '/v1/chat/completions';
  await answered(await post(gateway, path, { messages: [question], model }));
  for (const [beside, expected] of [
    [{ google: { thought_signature: null } }, google],
    [{ google: { thought_signature: null, mark: 1 } }, { google: { ...google.google, mark: 1 } }],
    [
      { google: { thought_signature: '' }, other: { a: 1 } },
      { ...google, other: { a: 1 } },
    ],
    [{ google: null }, google],
  ] as const) {
    const call = { ...weather, extra_content: beside };
    const messages = [
      question,
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'call_1', content: 'snow' },
    ];
    await answered(await post(gateway, path, { messages, model }));
    assert.deepEqual(besideCalls(asked.at(-1)), [expected]);
  }
});

test('calls of another model reach a Gemini with the sign that says so', async (t) => {
  const { url, asked } = await startGemini(t, { beside: google });
  const gateway = await startTestGateway(t, { config: labAt(url) });
  const calls = [weather, { ...weather, id: 'call_2' }];
  const results = calls.map(({ id }) => ({ role: 'tool', tool_call_id: id, content: 'snow' }));
  const chat = { messages: [question, { role: 'assistant', content: null, tool_calls: calls }, ...results] };
  const messages = {
    max_tokens: 500,
    messages: [
      question,
      {
        role: 'assistant',
        content: calls.map(({ id }) => ({
          type: 'tool_use',
          id,
          name: 'get_weather',
          input: { city: 'Oslo' },
        })),
      },
      {
        role: 'user',
        content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'snow' })),
      },
    ],
  };
  for (const [path, body] of [
    ['/v1/chat/completions', chat],
    ['/v1/messages', messages],
  ] as const) {
    const reply = await post(gateway, path, { ...body, model });
    assert.equal(reply.status, 200, await reply.text());
    assert.equal(reply.headers.get('x-conclave-warnings'), null);
    assert.deepEqual(besideCalls(asked.at(-1)), [dummy, undefined]);
  }
});
