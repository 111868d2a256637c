import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ContentPart, Message } from '../../src/core/wire/content.ts';
import type { Dialect, ReplyContext } from '../../src/core/wire/dialect.ts';
import type { JsonObject } from '../../src/core/json/json.ts';
import type { ModelRequest } from '../../src/core/wire/request.ts';
import type { StreamPart } from '../../src/core/wire/stream-part.ts';
import { noUsage } from '../../src/core/money/usage.ts';
import { sealSignature } from '../../src/dialects/makers/gemini-signatures.ts';
import { dialects } from '../../src/dialects/index.ts';
import { sealReasoning } from '../../src/dialects/reasoning/sealed-reasoning.ts';
import { collected } from '../support/collected.ts';
import { isClientTurn, nextRequest } from '../support/client-turns.ts';
import { readStream } from '../support/dialect-contract.ts';
import { ownSamples, replyBytes, collectedReplies } from '../support/recorded-replies.ts';
import type { Expectation, RecordedReply } from '../support/recorded-replies.ts';
import { sourcesOf } from '../support/reply-content.ts';
import { outlineOf } from '../support/reply-outline.ts';
import { recordedTest } from '../support/test-data.ts';

// A client of every dialect in front of a provider of every other: each receives what the other sends.

const pairs = dialects.flatMap((client) =>
  dialects
    .filter(({ id }) => id !== client.id)
    .map((provider) => [client as Dialect, provider as Dialect] as const),
);

const text = (words: string): ContentPart => ({ type: 'text', text: words });
const user = (...content: ContentPart[]): Message => ({ role: 'user', content });
const assistant = (...content: ContentPart[]): Message => ({ role: 'assistant', content });
const call = (id: string, args: string): ContentPart => ({
  type: 'tool-call',
  id,
  name: 'get_weather',
  arguments: args,
});
const result = (callId: string, words: string): ContentPart => ({
  type: 'tool-result',
  callId,
  content: [text(words)],
  isError: false,
});
const tools = [
  {
    name: 'get_weather',
    description: 'Tells the weather',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];
const model = 'claude-sonnet-4-5';
const settings = { model, stream: false, maxOutputTokens: 500 };

const requests: Readonly<Record<string, ModelRequest>> = {
  'a system prompt, text and settings': {
    ...settings,
    temperature: 0.5,
    messages: [
      { role: 'system', content: [text('Be brief.')] },
      user(text('Hello — 你好 "quoted"\n')),
      assistant(text('Hi.')),
      user(text('And?')),
    ],
  },
  'parallel tool calls and their results': {
    ...settings,
    tools,
    toolChoice: { type: 'required' },
    messages: [
      user(text('Compare Oslo and Rome.')),
      assistant(text('Looking.'), call('call_1', '{"city":"Oslo"}'), call('call_2', '{"city":"Rome"}')),
      user(result('call_1', 'snow'), result('call_2', 'sun'), text('Well?')),
    ],
  },
  'a tool that is named, without arguments': {
    ...settings,
    tools,
    toolChoice: { type: 'tool', name: 'get_weather' },
    messages: [user(text('Go.')), assistant(call('call_1', '{}')), user(result('call_1', 'rain'))],
  },
  'an image': {
    ...settings,
    messages: [
      user(text('What is it?'), {
        type: 'image',
        source: { kind: 'base64', mediaType: 'image/png', data: 'iVBORw0KGgo=' },
      }),
    ],
  },
  'a JSON schema': {
    ...settings,
    output: {
      type: 'json-schema',
      name: 'city',
      schema: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      },
    },
    messages: [user(text('Name a city.'))],
  },
};

const stopping: ModelRequest = { ...settings, stop: ['END'], messages: [user(text('Count.'))] };

for (const [client, provider] of pairs) {
  if (client.id === 'openai-responses') continue;
  test(`stop sequences: from a client of ${client.id} to a provider of ${provider.id}`, () => {
    const asked = overTheWire(client, stopping);
    if (provider.id !== 'openai-responses') assert.deepEqual(overTheWire(provider, asked).stop, ['END']);
    else
      assert.throws(() => overTheWire(provider, asked), { code: 'unsupported', details: { param: 'stop' } });
  });
}

for (const [client, provider] of pairs) {
  for (const [what, request] of Object.entries(requests)) {
    test(`${what}: from a client of ${client.id} to a provider of ${provider.id}`, () => {
      const asked = overTheWire(client, request);
      const wanted = withoutWordless(meaningOf(request), client, provider);
      assert.deepEqual(withoutWordless(meaningOf(asked), client, provider), wanted);
      const arrived = meaningOf(overTheWire(provider, asked));
      assert.deepEqual(withoutWordless(arrived, client, provider), wanted);
    });
  }
}

/** How each dialect says that a tool has failed; OpenAI and Ollama have no flag for it. */
const failures: Readonly<Record<string, string>> = {
  'anthropic-messages': '"is_error":true',
  'bedrock-converse': '"status":"error"',
  'google-generate': '"response":{"error":"no such city"}',
  'openai-chat': '"Error: no such city"',
  'openai-responses': '"Error: no such city"',
  'ollama-chat': '"Error: no such city"',
};

for (const provider of dialects) {
  test(`a failed tool is reported as failed to a provider of ${provider.id}`, () => {
    const saying = (isError: boolean) => {
      const told = { ...result('call_1', 'no such city'), isError } as ContentPart; // a result, with its other flag
      const messages = [user(text('Go.')), assistant(call('call_1', '{}')), user(told)];
      return JSON.stringify(provider.writeRequest({ ...settings, tools, messages }, target(provider)).body);
    };
    const word = failures[provider.id] ?? 'an unknown dialect';
    assert.ok(saying(true).includes(word), saying(true));
    assert.ok(!saying(false).includes(word), saying(false));
  });
}

const answer: readonly StreamPart[] = [
  { type: 'start', id: 'm1', model },
  { type: 'reasoning-delta', index: 0, text: 'Two cities, ' },
  { type: 'reasoning-delta', index: 0, text: 'two calls.' },
  { type: 'text-delta', index: 1, text: 'Looking ' },
  { type: 'text-delta', index: 1, text: 'at both.' },
  { type: 'tool-call-start', index: 2, id: 'call_1', name: 'get_weather' },
  { type: 'tool-call-delta', index: 2, text: '{"city":' },
  { type: 'tool-call-delta', index: 2, text: '"Oslo"}' },
  { type: 'tool-call-start', index: 3, id: 'call_2', name: 'get_weather' },
  { type: 'tool-call-delta', index: 3, text: '{"city":"Rome"}' },
  { type: 'usage', usage: { ...noUsage, input: 10, cacheRead: 90, output: 30 } },
  { type: 'finish', reason: 'tool-calls' },
];

for (const [client, provider] of pairs) {
  test(`an answer with thoughts, text and two calls: from ${provider.id} to a client of ${client.id}`, () => {
    for (const streamed of [true, false]) {
      const said = read(provider, write(provider, answer, streamed), streamed);
      const heard = read(client, write(client, said, streamed), streamed);
      const wanted = withoutWordless(outlineOf(answer), client, provider);
      assert.deepEqual(
        { streamed, ...withoutWordless(outlineOf(heard), client, provider) },
        { streamed, ...wanted },
      );
    }
  });
}

/** Dialects whose models prove their thoughts: how the proof comes in, and what of it must come back. */
const provers = [
  { id: 'anthropic-messages', proof: 'EqQBCkYIBxgCKkD2sample==', back: ['EqQBCkYIBxgCKkD2sample==', 'Hm.'] },
  { id: 'bedrock-converse', proof: 'EqQBCkYIBxgCKkD2sample==', back: ['EqQBCkYIBxgCKkD2sample==', 'Hm.'] },
  {
    id: 'google-generate',
    proof: sealSignature('CsMBsample', { at: 'call', callId: 'call_1' }),
    back: ['"thoughtSignature":"CsMBsample"'],
  },
  {
    id: 'openai-responses',
    proof: sealReasoning('openai-responses', { id: 'rs_1', encrypted_content: 'gAAAAsample' }),
    back: ['"encrypted_content":"gAAAAsample"', '"id":"rs_1"', 'Hm.'],
  },
];

for (const { id, proof, back } of provers) {
  const origin = dialects.find((dialect) => dialect.id === id);
  if (!origin) throw new Error(id);
  const thought: readonly StreamPart[] = [
    { type: 'start' },
    { type: 'reasoning-delta', index: 0, text: 'Hm.' },
    { type: 'reasoning-signature', index: 0, signature: proof },
    { type: 'tool-call-start', index: 1, id: 'call_1', name: 'get_weather' },
    { type: 'tool-call-delta', index: 1, text: '{"city":"Oslo"}' },
    { type: 'finish', reason: 'tool-calls' },
  ];
  for (const client of dialects.filter(isClientTurn)) {
    test(`a signed thought of ${id} passes through a client of ${client.id} and returns to its origin alone`, () => {
      const said = read(origin, write(origin, thought, false), false);
      for (const streamed of [false, true]) {
        const told = nextRequest(client.id, write(client, said, streamed), model);
        const asked = client.readRequest(told);
        const returned: string = JSON.stringify(origin.writeRequest(asked, target(origin)).body);
        for (const piece of back) assert.ok(returned.includes(piece), returned);
        for (const other of dialects) {
          if (provers.some((prover) => prover.id === other.id && prover.proof === proof)) continue;
          const { body } = other.writeRequest(asked, target(other));
          assert.ok(!JSON.stringify(body).includes(back[0] ?? proof), other.id);
          if (other !== client) continue;
          const { edits } = client.relayRequest(told, asked, target(client));
          const relayed = {
            ...told,
            ...Object.fromEntries(edits.map(({ member, value }) => [member, value])),
          };
          assert.ok(!JSON.stringify(relayed).includes(back[0] ?? proof), 'relayed');
        }
      }
    });
  }
}

for (const [where, register, repliesOf] of [
  ['our own samples', test, ownSamples],
  ['recorded replies', recordedTest, collectedReplies],
] as const) {
  for (const [client, provider] of pairs) {
    void register(`what ${provider.id} answers, a client of ${client.id} reads (${where})`, () => {
      const replies = repliesOf(recordedAs(provider.id, where)).filter(({ status }) => status === 200);
      for (const reply of replies) {
        const said = recordedParts(provider, reply);
        const meaning = outlineOf(said);
        const heard = read(client, write(client, said, true), true);
        if (meaning.error !== undefined) {
          assert.notEqual(outlineOf(heard).error, undefined, reply.id);
          continue;
        }
        for (const parts of [heard, read(client, write(client, said, false), false)]) {
          assert.deepEqual(
            { id: reply.id, ...withoutWordless(crossing(outlineOf(parts)), client) },
            { id: reply.id, ...withoutWordless(crossing(meaning), client) },
          );
          // Ollama's own API has no field for sources.
          if (client.id === 'ollama-chat') continue;
          assert.deepEqual({ id: reply.id, told: sourcesOf(parts) }, { id: reply.id, told: sourcesOf(said) });
        }
      }
    });
  }
}

/** The recordings' own word for a dialect. */
function recordedAs(id: string, where: string): string {
  return id === 'google-generate' && where.includes('recorded') ? 'gemini' : id;
}

function recordedParts(provider: Dialect, reply: RecordedReply): StreamPart[] {
  if (reply.streaming) return readStream(provider, [replyBytes(reply)]);
  assert.ok(reply.body.kind === 'json');
  return provider.readReply(reply.body.value, {});
}

/** What Ollama's own API does not support is left out on both sides: a forced tool, a cache, a filtered answer. */
function withoutWordless(meaning: object, ...dialects: readonly Dialect[]): object {
  if (!dialects.some(({ id }) => id === 'ollama-chat')) return meaning;
  const { toolChoice: _, usage, finish, ...rest } = { toolChoice: null, usage: {}, finish: null, ...meaning };
  const told = typeof usage === 'object' && usage ? { ...usage, cacheRead: 0, reasoning: 0 } : {};
  return { ...rest, usage: told, finish: finish === 'content_filter' ? 'stop' : finish };
}

/** What any client can hear of an answer: not the server's own tools, nor how exactly a refusal is said. */
function crossing({ text, refusal, reasoning, toolCalls, finish, usage }: Expectation): object {
  return {
    // Anthropic's messages cannot hold an image of the model's, and say so in its place.
    words: (text + refusal).replace(/\[The model answered with an image[^\]]*\]/, ''),
    reasoning,
    toolCalls,
    finish: refusal === '' ? (finish === 'other' ? 'stop' : finish) : 'content_filter',
    // Anthropic's messages have no way to say that usage is unknown.
    usage: { input: usage?.input ?? 0, output: usage?.output ?? 0, cacheRead: usage?.cacheRead ?? 0 },
  };
}

function target(dialect: Dialect) {
  return { model: dialect.id === 'google-generate' ? 'gemini-3-pro' : model, quirks: {}, stream: false };
}

/** A request as a provider of this dialect reads it. */
function overTheWire(dialect: Dialect, request: ModelRequest): ModelRequest {
  const { body } = dialect.writeRequest(request, target(dialect));
  const named = dialect.id === 'bedrock-converse' ? { modelId: model } : { model };
  return dialect.readRequest(JSON.parse(JSON.stringify({ ...named, ...body })) as JsonObject);
}

function write(dialect: Dialect, parts: readonly StreamPart[], streamed: boolean): JsonObject | Buffer {
  const context: ReplyContext = {
    id: 'req_1',
    model,
    createdAt: 1_760_000_000_000,
    request: { model, stream: streamed, messages: [], includeUsage: true },
  };
  if (streamed) {
    const writer = dialect.replyWriter(context);
    return Buffer.concat(parts.map((part) => Buffer.from(writer.push([part]))));
  }
  return JSON.parse(JSON.stringify(dialect.writeReply(collected(parts), context))) as JsonObject;
}

function read(dialect: Dialect, reply: JsonObject | Buffer, streamed: boolean): StreamPart[] {
  if (Buffer.isBuffer(reply)) {
    assert.ok(streamed);
    return readStream(dialect, [reply]);
  }
  return dialect.readReply(reply, {});
}

/** What a request asks for, without what dialects write in different ways. */
function meaningOf(request: ModelRequest): JsonObject {
  const { output, tools = [], toolChoice = null, maxOutputTokens, temperature, stop } = request;
  const schema = output?.type === 'json-schema' ? output.schema : null;
  const offered = tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
  const turns: { role: string; content: unknown[] }[] = [];
  for (const { role, content } of request.messages) {
    const last = turns.at(-1);
    const parts = content.map(meaningOfPart);
    if (last?.role === role) last.content.push(...parts);
    else turns.push({ role, content: parts });
  }
  const meaning = { schema, offered, toolChoice, maxOutputTokens, temperature, stop, turns };
  return JSON.parse(JSON.stringify(meaning)) as JsonObject;
}

function meaningOfPart(part: ContentPart): unknown {
  if (part.type === 'tool-call') return { ...part, arguments: JSON.parse(part.arguments) as unknown };
  if (part.type === 'tool-result') return { ...part, content: part.content.map(meaningOfPart) };
  return part;
}
