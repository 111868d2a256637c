import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { collected } from '../../../../test/support/collected.ts';
import { noProof } from '../../reasoning/sealed-reasoning.ts';
import { writeError } from './write-error.ts';
import { writeReply } from './write-reply.ts';
import { replyWriter } from './reply-writer.ts';

const context: ReplyContext = {
  id: 'req_7',
  model: 'lab/model-1',
  createdAt: 0,
  request: { model: 'lab/model-1', stream: true, messages: [] },
};

/** An answer of another dialect's model: thoughts, text with a source, two calls and a picture. */
const answer: StreamPart[] = [
  { type: 'start', id: 'chatcmpl-1', model: 'model-1' },
  { type: 'reasoning-delta', index: 0, text: 'Let me ' },
  { type: 'reasoning-delta', index: 0, text: 'see.' },
  { type: 'reasoning-signature', index: 0, signature: 'openai-chat:{}' },
  { type: 'text-delta', index: 1, text: 'It is "blue"\n' },
  {
    type: 'citation',
    index: 1,
    citation: { url: 'https://example.org', title: 'Sky', raw: {}, dialect: 'openai-chat' },
  },
  { type: 'tool-call-start', index: 2, id: 'call_1', name: 'look' },
  { type: 'tool-call-delta', index: 2, text: '{"at":' },
  { type: 'tool-call-delta', index: 2, text: '"sky"}' },
  { type: 'tool-call-start', index: 3, id: 'call_2', name: 'rest' },
  { type: 'tool-call-delta', index: 3, text: '{}' },
  { type: 'image', index: 4, mediaType: 'image/png', data: 'aGk=' },
  { type: 'opaque', index: 5, dialect: 'openai-chat', value: { logprobs: [] } },
  {
    type: 'usage',
    usage: { ...noUsage, input: 10, cacheRead: 90, cacheWriteLong: 5, output: 20, reasoning: 7 },
  },
  { type: 'finish', reason: 'tool-calls', raw: 'tool_calls' },
];

function stream(parts: readonly StreamPart[]): string {
  const writer = replyWriter(context);
  return parts.map((part) => writer.push([part])).join('');
}

test('events are written in the order in which Anthropic sends them', () => {
  const events = [...stream(answer).matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, name, data]) => {
    const event = JSON.parse(data ?? '') as { type: string; index?: number };
    assert.equal(event.type, name);
    return event.index === undefined ? name : `${name} ${event.index}`;
  });
  const block = (index: number, deltas: number) => [
    `content_block_start ${index}`,
    ...Array.from({ length: deltas }, () => `content_block_delta ${index}`),
    `content_block_stop ${index}`,
  ];
  assert.deepEqual(events, [
    'message_start',
    ...block(0, 3),
    ...block(1, 2),
    ...block(2, 2),
    ...block(3, 1),
    // Clients read no text from the start of a block.
    ...block(4, 1),
    'message_delta',
    'message_stop',
  ]);
});

test('nothing is written after the end', () => {
  const writer = replyWriter(context);
  assert.match(String(writer.push([...answer, ...answer])), /message_stop"}\n\n$/);
  assert.equal(writer.push([{ type: 'text-delta', index: 9, text: 'more' }]), '');
});

test('calls that a provider interleaves are written to their own blocks', () => {
  const text = stream([
    { type: 'tool-call-start', index: 0, id: 'a', name: 'x' },
    { type: 'tool-call-start', index: 1, id: 'b', name: 'y' },
    { type: 'tool-call-delta', index: 0, text: '{}' },
  ]);
  assert.match(text, /"index":0,"delta":\{"type":"input_json_delta","partial_json":"\{\}"\}/);
});

test('each thought has a signature, streamed as whole: its own, or one that says that there is none', () => {
  const thoughts: StreamPart[] = [
    { type: 'reasoning-delta', index: 0, text: 'Signed.' },
    { type: 'reasoning-signature', index: 0, signature: 'EqQB' },
    { type: 'reasoning-delta', index: 1, text: 'Open.' },
    { type: 'text-delta', index: 2, text: 'So.' },
    { type: 'finish', reason: 'stop' },
  ];
  const signatures = (text: string) => [...text.matchAll(/"signature":"([^"]+)"/g)].map(([, found]) => found);
  const none = JSON.stringify(noProof).slice(1, -1);
  const quoted = (text: string) => text.replaceAll(none, 'none');
  assert.deepEqual(signatures(quoted(stream(thoughts))), ['EqQB', 'none']);
  const whole = JSON.stringify(writeReply(collected(thoughts), context));
  assert.deepEqual(signatures(quoted(whole)), ['EqQB', 'none']);
});

test('a refusal that a failure follows is told before it', () => {
  const error = new ConclaveError('stream_truncated', 'It broke off.');
  const text = stream([
    { type: 'refusal-delta', index: 0, text: 'I will ' },
    { type: 'refusal-delta', index: 0, text: 'not.' },
    { type: 'error', error },
  ]);
  assert.match(text, /"text":"I will not\."[^]*event: error/);
});

test('a refused answer ends with a refusal, whatever finish reason its provider reported', () => {
  const text = stream([
    { type: 'refusal-delta', index: 0, text: 'I will not.' },
    { type: 'finish', reason: 'stop' },
  ]);
  assert.match(text, /"text":"I will not\."/);
  assert.match(text, /"stop_reason":"refusal"/);
});

test('Conclave’s errors get Anthropic’s error type by their status', () => {
  const typeOf = (error: ConclaveError) => {
    const { status, body } = writeError(error);
    return [status, (body.error as { type: string }).type];
  };
  assert.deepEqual(typeOf(new ConclaveError('invalid_request', 'x')), [400, 'invalid_request_error']);
  assert.deepEqual(typeOf(new ConclaveError('authentication', 'x')), [401, 'authentication_error']);
  assert.deepEqual(typeOf(new ConclaveError('permission', 'x')), [403, 'permission_error']);
  assert.deepEqual(typeOf(new ConclaveError('model_not_found', 'x')), [404, 'not_found_error']);
  assert.deepEqual(typeOf(new ConclaveError('request_too_large', 'x')), [413, 'request_too_large']);
  assert.deepEqual(typeOf(new ConclaveError('budget_exceeded', 'x')), [429, 'rate_limit_error']);
  assert.deepEqual(typeOf(new ConclaveError('provider_auth', 'x')), [502, 'api_error']);
  assert.deepEqual(typeOf(new ConclaveError('provider_overloaded', 'x')), [503, 'overloaded_error']);
  assert.deepEqual(typeOf(new ConclaveError('provider_timeout', 'x')), [504, 'timeout_error']);
  assert.deepEqual(typeOf(new ConclaveError('invalid_request', 'x', { status: 422 })), [
    422,
    'invalid_request_error',
  ]);
});

test('the official client reads the same message from the stream and from the whole reply', async () => {
  const whole = writeReply(collected(answer), context);
  await served(
    (streamed) => (streamed ? stream(answer) : JSON.stringify(whole)),
    async (client) => {
      const streamed = await client.messages.stream(prompt).finalMessage();
      const created = await client.messages.create(prompt);
      assert.deepEqual(streamed.content, created.content);
      assert.deepEqual(
        created.content.map(({ type }) => type),
        ['thinking', 'text', 'tool_use', 'tool_use', 'text'],
      );
      assert.equal(streamed.id, 'msg_req_7');
      assert.equal(streamed.stop_reason, 'tool_use');
      for (const { usage } of [streamed, created]) {
        assert.equal(usage.input_tokens, 10);
        assert.equal(usage.cache_read_input_tokens, 90);
        assert.equal(usage.cache_creation_input_tokens, 5);
        assert.equal(usage.output_tokens, 27);
      }
    },
  );
});

test('the official client throws the error that a stream ends in', async () => {
  const error = new ConclaveError('stream_truncated', 'The stream broke off.', { requestId: 'req_7' });
  const text = stream([
    { type: 'text-delta', index: 0, text: 'Half' },
    { type: 'error', error },
    { type: 'text-delta', index: 0, text: 'more' },
  ]);
  assert.match(text, /event: error\ndata: [^\n]+\n\n$/);
  await served(
    () => text,
    async (client) => {
      const seen: string[] = [];
      const reading = client.messages.stream(prompt).on('text', (delta) => seen.push(delta));
      await assert.rejects(reading.finalMessage(), /The stream broke off/);
      assert.deepEqual(seen, ['Half']);
    },
  );
});

const prompt = { model: 'lab/model-1', max_tokens: 10, messages: [{ role: 'user' as const, content: 'Hi' }] };

async function served(
  reply: (streamed: boolean) => string,
  use: (client: Anthropic) => Promise<void>,
): Promise<void> {
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (piece: Buffer) => (body += piece.toString()));
    incoming.on('end', () => {
      const streamed = body.includes('"stream":true');
      outgoing.setHeader('content-type', streamed ? 'text/event-stream' : 'application/json');
      outgoing.end(reply(streamed));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    // A server that listens on a port has an address object.
    const { port } = server.address() as AddressInfo;
    await use(new Anthropic({ apiKey: 'key', baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
