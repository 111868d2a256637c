import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { readStream } from '../../../../test/support/dialect-contract.ts';
import { contentOf } from '../../../../test/support/reply-content.ts';
import { collected } from '../../../../test/support/collected.ts';
import { awsEvent } from '../../replies/aws-event-stream.ts';
import bedrockConverse from '../index.ts';

const context: ReplyContext = {
  id: 'req_1',
  model: 'lab/one',
  createdAt: 1_760_000_000_000,
  request: { model: 'lab/one', stream: true, messages: [] },
};

const event = (type: string, body: JsonObject) =>
  awsEvent({ ':message-type': 'event', ':event-type': type }, JSON.stringify(body));
const begun = event('messageStart', { role: 'assistant' });
const text = event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Hello.' } });
const stopped = (stopReason = 'end_turn') => event('messageStop', { stopReason });
const usage = { inputTokens: 9, outputTokens: 4, totalTokens: 13 };
const metadata = event('metadata', { usage });

/** A block as Bedrock streams it. */
const streamed = (start: JsonObject | undefined, ...deltas: readonly JsonObject[]) => [
  begun,
  ...(start ? [event('contentBlockStart', { contentBlockIndex: 0, start })] : []),
  ...deltas.map((delta) => event('contentBlockDelta', { contentBlockIndex: 0, delta })),
  event('contentBlockStop', { contentBlockIndex: 0 }),
  stopped(),
  metadata,
];

const whole = (block: JsonObject, stopReason = 'end_turn'): JsonObject => ({
  output: { message: { role: 'assistant', content: [block] } },
  stopReason,
  usage,
});

test('an answer is over when its end and its counts have come, in either order, not when the connection closes', () => {
  for (const ends of [
    [stopped(), metadata],
    [metadata, stopped()],
    [metadata, event('messageStop', {})],
  ]) {
    const reader = bedrockConverse.replyReader({});
    const parts = [begun, text, ...ends].flatMap((bytes) => reader.push(bytes));
    assert.equal(parts.at(-1)?.type, 'finish');
    const counted = parts.findLast((part) => part.type === 'usage');
    assert.deepEqual(counted?.usage, { ...noUsage, input: 9, output: 4 });
  }
  const ended = readStream(bedrockConverse, [begun, text, event('messageStop', {})]);
  assert.equal(ended.at(-1)?.type, 'finish', 'its end without a reason is an end');
  assert.equal(readStream(bedrockConverse, [begun, text, metadata]).at(-1)?.type, 'error');
});

test('an answer that Bedrock calls malformed is a failure, whatever was malformed', () => {
  for (const reason of ['malformed_tool_use', 'malformed_model_output']) {
    for (const parts of [
      bedrockConverse.readReply(whole({ text: 'Half' }, reason), {}),
      readStream(bedrockConverse, [begun, text, stopped(reason), metadata]),
    ]) {
      const last = parts.at(-1);
      assert.ok(last?.type === 'error', reason);
      assert.equal(last.error.code, 'provider_invalid_reply');
      assert.match(last.error.message, new RegExp(reason));
      assert.equal(last.counted, true, 'what it cost is known');
    }
  }
});

test('an answer that calls a tool awaits its result, also if the model calls that the end of its turn', () => {
  const call = (name: string) => ({ toolUseId: 'tooluse_1', name });
  const ends = (name: string, stopReason: string) =>
    [
      bedrockConverse.readReply(whole({ toolUse: { ...call(name), input: {} } }, stopReason), {}),
      readStream(bedrockConverse, [
        begun,
        event('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: call(name) } }),
        event('contentBlockStop', { contentBlockIndex: 0 }),
        stopped(stopReason),
        metadata,
      ]),
    ].map((parts) => collected(parts).finish?.reason);
  for (const stopReason of ['tool_use', 'end_turn']) {
    assert.deepEqual(ends('look', stopReason), ['tool-calls', 'tool-calls']);
    assert.deepEqual(ends('conclave_answer', stopReason), ['stop', 'stop']);
  }
  assert.deepEqual(ends('look', 'max_tokens'), ['length', 'length'], 'the call may be cut');
});

test('a reply without a message is a failure, and what it cost is known', () => {
  const parts = bedrockConverse.readReply({ output: {}, stopReason: 'end_turn', usage }, {});
  const [counted, failed] = parts;
  assert.deepEqual(counted?.type === 'usage' && counted.usage, { ...noUsage, input: 9, output: 4 });
  assert.ok(failed?.type === 'error' && failed.counted);
});

test('a failure in the middle of a stream keeps its reason, however its frame is marked', () => {
  const failed = (headers: Record<string, string>, body = '') => {
    const last = readStream(bedrockConverse, [begun, text, awsEvent(headers, body)]).at(-1);
    return last?.type === 'error' ? `${last.error.code}: ${last.error.message}` : last?.type;
  };
  for (const name of ['InternalFailure', 'ServiceError', 'internalServerException']) {
    const marked = { ':message-type': 'error', ':error-code': name, ':error-message': 'Disk on fire' };
    assert.match(failed(marked) ?? '', new RegExp(`^provider_error: .*${name}.*Disk on fire`));
  }
  const exceptions = {
    internalServerException: 'provider_error',
    modelStreamErrorException: 'provider_error',
    modelTimeoutException: 'provider_timeout',
    modelNotReadyException: 'provider_overloaded',
    serviceUnavailableException: 'provider_overloaded',
    throttlingException: 'provider_rate_limited',
    expiredTokenException: 'provider_auth',
    validationException: 'invalid_request',
  };
  for (const [name, code] of Object.entries(exceptions)) {
    const marked = { ':message-type': 'exception', ':exception-type': name };
    assert.match(failed(marked, '{"message":"Not now"}') ?? '', new RegExp(`^${code}: .*${name}`));
  }
});

test('encrypted thoughts of Claude are the same at Bedrock as everywhere, there and back', () => {
  const data = 'EmwKAhgBEgy3va3pzix/LafPsn4a';
  const redactedContent = Buffer.from(data).toString('base64');
  const block = { reasoningContent: { redactedContent } };
  const replies = [
    bedrockConverse.readReply(whole(block), {}),
    readStream(bedrockConverse, streamed(undefined, block)),
  ];
  for (const parts of replies) {
    const thought = parts.find((part) => part.type === 'reasoning-redacted');
    assert.equal(thought?.data, data);
    const written = bedrockConverse.writeReply(collected(parts), context);
    assert.ok(JSON.stringify(written).includes(`"redactedContent":"${redactedContent}"`));
    const frames = Buffer.from(bedrockConverse.replyWriter(context).push(parts)).toString('latin1');
    assert.ok(frames.includes(`"redactedContent":"${redactedContent}"`));
  }
});

test('calls of Bedrock’s own tools and their results come back whole, from as many pieces as they are sent in', () => {
  const call = { toolUseId: 'tooluse_1', name: 'nova_code_interpreter', type: 'server_tool_use' };
  const result = { toolUseId: 'tooluse_1', type: 'nova_code_interpreter_result', status: 'success' };
  const found = [{ json: { stdOut: '1' } }, { text: 'two' }];
  const cases: readonly (readonly [JsonObject, Uint8Array[]])[] = [
    [
      { toolUse: { ...call, input: { snippet: 'print(1)' } } },
      streamed(
        { toolUse: call },
        { toolUse: { input: '{"snippet":' } },
        { toolUse: { input: '"print(1)"}' } },
      ),
    ],
    [{ toolUse: { ...call, input: {} } }, streamed({ toolUse: call })],
    [
      { toolResult: { ...result, content: found } },
      streamed({ toolResult: result }, ...found.map((piece) => ({ toolResult: [piece] }))),
    ],
  ];
  for (const [value, frames] of cases) {
    const wanted = [{ type: 'opaque', index: undefined, dialect: 'bedrock-converse', value }];
    for (const parts of [bedrockConverse.readReply(whole(value), {}), readStream(bedrockConverse, frames)]) {
      assert.deepEqual(contentOf(parts), wanted);
      assert.equal(collected(parts).finish?.reason, 'stop', 'it is no call for the client');
      const again = readStream(bedrockConverse, [
        Buffer.from(bedrockConverse.replyWriter(context).push(parts)),
      ]);
      assert.deepEqual(contentOf(again), wanted);
      const body = bedrockConverse.writeReply(collected(parts), context);
      assert.deepEqual(contentOf(bedrockConverse.readReply(body, {})), wanted);
    }
  }
});

test('an image that the model drew arrives, whole and streamed', () => {
  const bytes = 'iVBORw0KGgo=';
  const block = { image: { format: 'png', source: { bytes } } };
  for (const parts of [
    bedrockConverse.readReply(whole(block), {}),
    readStream(bedrockConverse, streamed({ image: { format: 'png' } }, block)),
  ]) {
    assert.deepEqual(contentOf(parts), [
      { type: 'image', index: undefined, mediaType: 'image/png', data: bytes },
    ]);
  }
});

test('an answer served faster or at another tier than usual is known as such, as it costs more or less', () => {
  const terms = { serviceTier: { type: 'priority' }, performanceConfig: { latency: 'optimized' } };
  const events = [begun, text, stopped(), event('metadata', { usage, ...terms })];
  for (const parts of [
    bedrockConverse.readReply({ ...whole({ text: 'Hi' }), ...terms }, {}),
    readStream(bedrockConverse, events),
  ]) {
    assert.deepEqual(parts.find((part) => part.type === 'usage')?.terms, [
      'serviceTier=priority',
      'performanceConfig=optimized',
    ]);
  }
});

test('a client is told all tokens of its prompt, and how many were written to the cache for an hour', () => {
  const counted = { ...noUsage, input: 3, output: 5, cacheRead: 100, cacheWrite: 20, cacheWriteLong: 40 };
  const written = bedrockConverse.writeReply(
    { blocks: [], warnings: [], usage: counted, finish: { reason: 'stop' } },
    context,
  );
  assert.deepEqual(written.usage, {
    inputTokens: 3,
    outputTokens: 5,
    totalTokens: 168,
    cacheReadInputTokens: 100,
    cacheWriteInputTokens: 60,
    cacheDetails: [{ ttl: '1h', inputTokens: 40 }],
  });
  const details = [
    { ttl: '5m', inputTokens: 20 },
    { ttl: '1h', inputTokens: 40 },
  ];
  for (const [cacheWriteInputTokens, split] of [
    [60, [20, 40]],
    [30, [0, 30]],
  ] as const) {
    const reply = {
      ...whole({ text: 'Hi' }),
      usage: { ...usage, cacheWriteInputTokens, cacheDetails: details },
    };
    const found = bedrockConverse.readReply(reply, {}).find((part) => part.type === 'usage');
    assert.deepEqual([found?.usage.cacheWrite, found?.usage.cacheWriteLong], split);
  }
});
