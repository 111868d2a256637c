import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Dialect, ReplyContext } from '../../src/core/wire/dialect.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { DeclaredTool, ModelRequest } from '../../src/core/wire/request.ts';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';
import { dialects } from '../../src/dialects/index.ts';
import openaiChat from '../../src/dialects/openai-chat/index.ts';
import openaiResponses from '../../src/dialects/openai-responses/index.ts';
import { collected } from '../support/collected.ts';
import { openTestGateway, post, type TestGateway } from '../support/gateway.ts';
import { openaiSpecification } from '../support/openai-specification.ts';
import { ownSamples, replyBytes, collectedReplies, type RecordedReply } from '../support/recorded-replies.ts';
import { recordedTest } from '../support/test-data.ts';

// Replies that Conclave writes for OpenAI's clients are valid by OpenAI's own specification, without tolerance.
// OpenAI's own replies are relayed unchanged (relayed-replies.test.ts); parts of other providers' replies that pass
// unchanged are left out here.

/** A request that makes a reply echo as much as it can. */
const request: ModelRequest = {
  model: 'lab/one',
  stream: true,
  includeUsage: true,
  messages: [],
  tools: [{ name: 'f', description: 'F', inputSchema: { type: 'object', properties: {} }, strict: true }],
  toolChoice: { type: 'tool', name: 'f' },
  parallelTools: false,
  output: { type: 'json-schema', schema: { type: 'object' } },
  reasoning: { effort: 'high' },
  maxOutputTokens: 500,
  temperature: 0.5,
  user: 'u',
};
const context: ReplyContext = { id: 'req_1', model: 'lab/one', createdAt: 1_760_000_000_000, request };

const clients = [
  [openaiChat, 'CreateChatCompletionResponse', 'CreateChatCompletionStreamResponse'],
  [openaiResponses, 'Response', 'ResponseStreamEvent'],
] as const;

for (const [client, whole, event] of clients) {
  recordedTest(`every whole reply that is written to a client of ${client.id} is valid`, () => {
    const valid = validator();
    for (const { id, parts } of answers(client)) {
      if (parts.at(-1)?.type === 'error') continue;
      valid(whole, JSON.parse(JSON.stringify(client.writeReply(collected(parts), context))), id);
    }
  });

  recordedTest(`every event that is written to a client of ${client.id} is valid`, () => {
    const valid = validator();
    for (const { id, parts } of answers(client)) {
      const writer = client.replyWriter(context);
      const stream = parts.map((part) => String(writer.push([part]))).join('');
      const seen = new Set<string>();
      for (const [, data = ''] of stream.matchAll(/^data: (\{.*)$/gm)) {
        const value = JSON.parse(data) as JsonObject;
        // Of the many deltas of a stream, one of each shape tells as much as all of them.
        const shape = JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? '' : inner));
        if (seen.has(shape)) continue;
        seen.add(shape);
        valid(value.error && value.choices === undefined && !value.type ? 'ErrorResponse' : event, value, id);
      }
    }
  });
}

recordedTest(
  'calls of custom tools, and of tools in a namespace, are written validly, as events and as a whole',
  () => {
    const valid = validator();
    const kinds: readonly DeclaredTool[] = [
      { type: 'custom', name: 'declared' },
      { type: 'custom', name: 'declared', namespace: 'mine' },
      { type: 'function', name: 'declared', namespace: 'mine' },
    ];
    for (const { id, parts } of answers(openaiResponses)) {
      const called = new Set(parts.flatMap((part) => (part.type === 'tool-call-start' ? [part.name] : [])));
      if (called.size === 0 || parts.at(-1)?.type === 'error') continue;
      for (const declared of kinds) {
        const tools = [...called].map((name) => ({ name, inputSchema: {}, declared }));
        const custom = { ...context, request: { ...request, tools, toolChoice: { type: 'auto' as const } } };
        const whole = openaiResponses.writeReply(collected(parts), custom);
        assert.ok(JSON.stringify(whole).includes('"name":"declared"'), id);
        valid('Response', JSON.parse(JSON.stringify(whole)), id);
        const stream = String(openaiResponses.replyWriter(custom).push(parts));
        for (const [, data = ''] of stream.matchAll(/^data: (\{.*)$/gm))
          valid('ResponseStreamEvent', JSON.parse(data) as JsonObject, id);
      }
    }
  },
);

let gateway: TestGateway;
before(async () => {
  gateway = await openTestGateway();
});
after(() => gateway.close());

const messages = [{ role: 'user', content: 'Say hello.' }];
const asked: readonly (readonly [path: string, body: JsonObject, schema: string])[] = [
  ['/v1/chat/completions', { model: 'sonnet', messages }, 'CreateChatCompletionResponse'],
  ['/v1/responses', { model: 'sonnet', input: 'Say hello.' }, 'Response'],
  ['/v1/chat/completions', { model: 'sonnet', messages: 5 }, 'ErrorResponse'],
  ['/v1/chat/completions', { model: 'nobody-has-this', messages }, 'ErrorResponse'],
  ['/v1/responses', { model: 'sonnet', input: 5 }, 'ErrorResponse'],
  ['/v1/responses', { model: 'anthropic/claude-sonnet-5!fault=429', input: 'Hi' }, 'ErrorResponse'],
  ['/v1/responses', { model: 'anthropic/claude-sonnet-5!fault=500', input: 'Hi' }, 'ErrorResponse'],
  ['/v1/nothing-here', {}, 'ErrorResponse'],
];

recordedTest('answers, errors and the list of models that the gateway sends are valid', async () => {
  const valid = validator();
  for (const [path, body, schema] of asked) {
    const reply = await post(gateway, path, body);
    assert.equal(reply.status === 200, schema !== 'ErrorResponse', path);
    valid(schema, await reply.json(), path);
  }
  const stranger = await post({ ...gateway, key: 'wrong' }, '/v1/responses', {
    model: 'sonnet',
    input: 'Hi',
  });
  assert.equal(stranger.status, 401);
  valid('ErrorResponse', await stranger.json(), 'a wrong key');
  const authorization = `Bearer ${gateway.key}`;
  const list = await fetch(`${gateway.url}/v1/models`, { headers: { authorization } });
  valid('ListModelsResponse', await list.json(), 'models');
});

/** Of each kind of reply, members that the specification requires. */
const required: Readonly<Record<string, readonly string[]>> = {
  CreateChatCompletionResponse: [
    'id',
    'object',
    'created',
    'model',
    'choices',
    'choices.0.index',
    'choices.0.finish_reason',
    'choices.0.message.content',
    'choices.0.message.role',
    'usage.total_tokens',
  ],
  Response: [
    'id',
    'object',
    'created_at',
    'error',
    'metadata',
    'model',
    'output',
    'output.0.type',
    'output.0.content',
    'parallel_tool_calls',
    'tool_choice',
    'tools',
    'usage.total_tokens',
  ],
  ListModelsResponse: ['object', 'data', 'data.0.id', 'data.0.object', 'data.0.created', 'data.0.owned_by'],
  ErrorResponse: ['error', 'error.message', 'error.type', 'error.param', 'error.code'],
  CreateEmbeddingResponse: [
    'object',
    'model',
    'data',
    'data.0.index',
    'data.0.embedding',
    'usage.total_tokens',
  ],
};

recordedTest('the validator notices whatever is missing of them', async () => {
  const { deviations } = openaiSpecification();
  const samples = new Map<string, JsonObject>();
  for (const [path, body, schema] of asked)
    samples.set(schema, await jsonOf(await post(gateway, path, body)));
  const vectors = { model: 'openai/text-embedding-3-small', input: 'x', encoding_format: 'float' };
  samples.set('CreateEmbeddingResponse', await jsonOf(await post(gateway, '/v1/embeddings', vectors)));
  const authorization = `Bearer ${gateway.key}`;
  samples.set(
    'ListModelsResponse',
    await jsonOf(await fetch(`${gateway.url}/v1/models`, { headers: { authorization } })),
  );
  assert.deepEqual([...samples.keys()].toSorted(), Object.keys(required).toSorted());
  for (const [name, sample] of samples) {
    assert.deepEqual(deviations(name, sample), [], name);
    for (const path of required[name] ?? []) {
      const broken: unknown = structuredClone(sample);
      const [last = '', ...above] = path.split('.').toReversed();
      // A path that leads nowhere fails here.
      const parent = above.toReversed().reduce((at, step) => Object(at)[step], broken);
      assert.ok(Reflect.has(Object(parent), last), `${name} has ${path}`);
      Reflect.deleteProperty(Object(parent), last);
      assert.notDeepEqual(deviations(name, broken), [], `${name} without ${path}`);
    }
  }
});

async function jsonOf(reply: Response): Promise<JsonObject> {
  return (await reply.json()) as JsonObject; // every reply of these routes is an object
}

/** Every recorded answer of every dialect, as parts. */
function answers(client: Dialect): { id: string; parts: StreamPart[] }[] {
  return dialects.flatMap((provider: Dialect) => {
    const recordedAs = provider.id === 'google-generate' ? 'gemini' : provider.id;
    return [...ownSamples(provider.id), ...collectedReplies(recordedAs)]
      .filter(({ status }) => status === 200)
      .map((reply) => ({
        id: reply.id,
        parts: partsOf(provider, reply).filter(
          (part) => provider.id !== client.id || (part.type !== 'opaque' && part.type !== 'citation'),
        ),
      }));
  });
}

function partsOf(provider: Dialect, reply: RecordedReply): StreamPart[] {
  if (reply.body.kind === 'json') return provider.readReply(reply.body.value, {});
  const reader = provider.replyReader({});
  return [...reader.push(replyBytes(reply)), ...reader.end()];
}

function validator(): (schema: string, value: unknown, of: string) => void {
  const { deviations } = openaiSpecification();
  return (schema, value, of) =>
    assert.deepEqual(
      deviations(schema, withListedCode(value)),
      [],
      `${of}: ${JSON.stringify(value).slice(0, 600)}`,
    );
}

/** OpenAI's servers say two codes of a failed response that its document does not list. */
function withListedCode(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (!text.startsWith('{"type":"response.failed"')) return value;
  return JSON.parse(
    text.replace(/"code":"(?:context_length_exceeded|insufficient_quota)"/, '"code":"server_error"'),
  );
}
