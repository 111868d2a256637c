import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dialect } from '../core/wire/dialect.ts';
import type { JsonObject } from '../core/json/json.ts';
import type { StreamPart } from '../core/wire/stream-part.ts';
import { collected } from '../../test/support/collected.ts';
import { readStream } from '../../test/support/dialect-contract.ts';
import anthropicMessages from './anthropic-messages/index.ts';
import bedrockConverse from './bedrock-converse/index.ts';
import googleGenerate from './google-generate/index.ts';
import { awsEvent } from './replies/aws-event-stream.ts';

// Calls, and answers that a model gives by a call: whole and streamed, from the dialects that hold arguments as objects.

/** What a model calls, and whether its answer is whole or was cut by its limit. */
type Called = {
  readonly calls: readonly (readonly [name: string, input: JsonObject])[];
  readonly cut?: true;
};

type Provider = {
  readonly dialect: Dialect;
  readonly whole: (called: Called) => JsonObject;
  readonly stream: (called: Called) => Uint8Array[];
};

const answer = ['conclave_answer', { city: 'Lyon', of: 5 }] as const;
const look = ['look', { at: 'Lyon' }] as const;

/** A model writes arguments in pieces; one that is cut never writes the last. A call without arguments has no piece. */
function pieces(input: JsonObject, cut: boolean): string[] {
  const text = JSON.stringify(input);
  if (text === '{}') return [];
  const half = text.length / 2;
  return cut ? [text.slice(0, half)] : [text.slice(0, half), text.slice(half)];
}

const sse = (events: readonly JsonObject[]) =>
  events.map((event) => Buffer.from(`event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`));
const frame = (type: string, body: JsonObject) =>
  awsEvent({ ':message-type': 'event', ':event-type': type }, JSON.stringify(body));

const claudeStop = ({ cut }: Called) => (cut ? 'max_tokens' : 'tool_use');
const claude: Provider = {
  dialect: anthropicMessages,
  whole: (called) => ({
    type: 'message',
    content: called.calls.map(([name, input], at) => ({ type: 'tool_use', id: `toolu_${at}`, name, input })),
    stop_reason: claudeStop(called),
    usage: { input_tokens: 9, output_tokens: 9 },
  }),
  stream: (called) =>
    sse([
      { type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 9 } } },
      ...called.calls.flatMap(([name, input], index) => [
        {
          type: 'content_block_start',
          index,
          content_block: { type: 'tool_use', id: `toolu_${index}`, name, input: {} },
        },
        ...pieces(input, called.cut === true).map((partial_json) => ({
          type: 'content_block_delta',
          index,
          delta: { type: 'input_json_delta', partial_json },
        })),
        { type: 'content_block_stop', index },
      ]),
      { type: 'message_delta', delta: { stop_reason: claudeStop(called) }, usage: { output_tokens: 9 } },
      { type: 'message_stop' },
    ]),
};

const bedrock: Provider = {
  dialect: bedrockConverse,
  whole: (called) => ({
    output: {
      message: {
        role: 'assistant',
        content: called.calls.map(([name, input], at) => ({
          toolUse: { toolUseId: `tooluse_${at}`, name, input },
        })),
      },
    },
    stopReason: claudeStop(called),
    usage: { inputTokens: 9, outputTokens: 9 },
  }),
  stream: (called) => [
    frame('messageStart', { role: 'assistant' }),
    ...called.calls.flatMap(([name, input], contentBlockIndex) => [
      frame('contentBlockStart', {
        contentBlockIndex,
        start: { toolUse: { toolUseId: `tooluse_${contentBlockIndex}`, name } },
      }),
      ...pieces(input, called.cut === true).map((text) =>
        frame('contentBlockDelta', { contentBlockIndex, delta: { toolUse: { input: text } } }),
      ),
      frame('contentBlockStop', { contentBlockIndex }),
    ]),
    frame('messageStop', { stopReason: claudeStop(called) }),
    frame('metadata', { usage: { inputTokens: 9, outputTokens: 9 } }),
  ],
};

const geminiReply = ({ calls, cut }: Called): JsonObject => ({
  candidates: [
    {
      content: { role: 'model', parts: calls.map(([name, args]) => ({ functionCall: { name, args } })) },
      finishReason: cut ? 'MAX_TOKENS' : 'STOP',
    },
  ],
  usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 9 },
});
const gemini: Provider = {
  dialect: googleGenerate,
  whole: geminiReply,
  stream: (called) => sse([geminiReply(called)]),
};

const providers = [claude, bedrock, gemini];

/** The same calls, whole and streamed. */
function bothWays({ dialect, whole, stream }: Provider, called: Called): readonly StreamPart[][] {
  return [dialect.readReply(whole(called), {}), readStream(dialect, stream(called))];
}

function heard(parts: readonly StreamPart[]) {
  const { blocks, finish } = collected(parts);
  const calls = blocks.flatMap((block) =>
    block.type === 'tool-call' ? [[block.name, block.arguments]] : [],
  );
  const texts = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  return { calls, texts, finish: finish?.reason };
}

test('an answer that a model gives by a call ends like any other answer', () => {
  for (const provider of providers) {
    for (const parts of bothWays(provider, { calls: [answer] })) {
      const wanted = { calls: [], texts: [JSON.stringify(answer[1])], finish: 'stop' };
      assert.deepEqual(heard(parts), wanted, provider.dialect.id);
    }
  }
});

test('an answer by a call that its limit cut says so: half of it is never taken for the whole', () => {
  for (const provider of providers) {
    for (const parts of bothWays(provider, { calls: [answer], cut: true })) {
      const { calls, texts, finish } = heard(parts);
      assert.deepEqual([calls, finish], [[], 'length'], provider.dialect.id);
      assert.ok(JSON.stringify(answer[1]).startsWith(texts.join()), provider.dialect.id);
    }
  }
});

test('a call of the client’s own tool next to an answer must be run, whichever comes first', () => {
  for (const provider of providers) {
    for (const calls of [
      [answer, look],
      [look, answer],
    ]) {
      for (const parts of bothWays(provider, { calls })) {
        const wanted = {
          calls: [['look', JSON.stringify(look[1])]],
          texts: [JSON.stringify(answer[1])],
          finish: 'tool-calls',
        };
        assert.deepEqual(heard(parts), wanted, provider.dialect.id);
      }
    }
  }
});

test('a call without arguments has an empty object of them, which a client can parse', () => {
  for (const provider of providers) {
    for (const parts of bothWays(provider, { calls: [['rest', {}], look] })) {
      const wanted = [
        ['rest', '{}'],
        ['look', JSON.stringify(look[1])],
      ];
      assert.deepEqual(heard(parts).calls, wanted, provider.dialect.id);
    }
  }
  const bare = {
    content: [{ type: 'tool_use', id: 'toolu_1', name: 'rest' }],
    stop_reason: 'tool_use',
    usage: {},
  };
  assert.deepEqual(heard(anthropicMessages.readReply(bare, {})).calls, [['rest', '{}']]);
  const message = { role: 'assistant', content: [{ toolUse: { toolUseId: 'tooluse_1', name: 'rest' } }] };
  const plain = { output: { message }, stopReason: 'tool_use' };
  assert.deepEqual(heard(bedrockConverse.readReply(plain, {})).calls, [['rest', '{}']]);
});

test('arguments that a stream sends with the start of their call, in one piece, arrive', () => {
  const events = [
    { type: 'message_start', message: { id: 'msg_1', model: 'm' } },
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'look', input: look[1] },
    },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} },
    { type: 'message_stop' },
  ];
  assert.deepEqual(heard(readStream(anthropicMessages, sse(events))).calls, [
    ['look', JSON.stringify(look[1])],
  ]);
});

test('Gemini’s proof of an answer by a call is no thought of its own: the client could not return it', () => {
  const functionCall = { name: answer[0], args: answer[1] };
  const parts = googleGenerate.readReply(
    {
      candidates: [
        {
          content: { role: 'model', parts: [{ functionCall, thoughtSignature: 'CsMB' }] },
          finishReason: 'STOP',
        },
      ],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 9 },
    },
    {},
  );
  const types = parts.map(({ type }) => type);
  assert.deepEqual(types, ['start', 'text-delta', 'usage', 'finish']);
});

test('Gemini’s calls in pieces each keep their arguments, even if the end of one is never announced', () => {
  const piece = (name: string, city: string) => ({
    functionCall: { name, willContinue: true, partialArgs: [{ jsonPath: '$.city', stringValue: city }] },
  });
  const event = (parts: JsonObject[], finishReason?: string): JsonObject => ({
    candidates: [{ content: { role: 'model', parts }, ...(finishReason !== undefined && { finishReason }) }],
    ...(finishReason !== undefined && { usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 9 } }),
  });
  const events = [event([piece('look', 'Lyon')]), event([piece('listen', 'Oslo')]), event([], 'STOP')];
  assert.deepEqual(heard(readStream(googleGenerate, sse(events))), {
    calls: [
      ['look', '{"city":"Lyon"}'],
      ['listen', '{"city":"Oslo"}'],
    ],
    texts: [],
    finish: 'tool-calls',
  });
});
