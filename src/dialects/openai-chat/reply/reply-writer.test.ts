import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplyContext } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { sealSignature } from '../../makers/gemini-signatures.ts';
import { replyWriter } from './reply-writer.ts';

const context: ReplyContext = {
  id: 'req_1',
  model: 'lab/one',
  createdAt: 1_760_000_000_500,
  request: { model: 'lab/one', stream: true, messages: [] },
};

const answer: StreamPart[] = [
  { type: 'start', model: 'other' },
  { type: 'text-delta', index: 0, text: 'Hi' },
  { type: 'usage', usage: { ...noUsage, input: 3, cacheRead: 2, output: 4, reasoning: 1 } },
  { type: 'finish', reason: 'stop' },
];

function events(parts: StreamPart[], includeUsage?: boolean): unknown[] {
  const request = { ...context.request, ...(includeUsage !== undefined && { includeUsage }) };
  return String(replyWriter({ ...context, request }).push(parts))
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => (event === 'data: [DONE]' ? 'DONE' : JSON.parse(event.slice('data: '.length))));
}

const envelope = { id: 'req_1', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'lab/one' };
const chunk = (delta: object, finish_reason: string | null = null) => ({
  ...envelope,
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
});

test('a stream is role, deltas, end and [DONE], each in the same envelope', () => {
  assert.deepEqual(events(answer), [
    chunk({ role: 'assistant', content: '', refusal: null }),
    chunk({ content: 'Hi' }),
    chunk({}, 'stop'),
    'DONE',
  ]);
});

test('usage comes last, and only for a client that asked for it', () => {
  const all = events(answer, true);
  assert.deepEqual(all.at(-2), {
    ...envelope,
    choices: [],
    usage: {
      prompt_tokens: 5,
      completion_tokens: 5,
      total_tokens: 10,
      prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 1 },
    },
  });
  assert.deepEqual(all[1], { ...chunk({ content: 'Hi' }), usage: null });
});

test('an error is OpenAI’s error object, and is not followed by [DONE]', () => {
  const error = new ConclaveError('stream_truncated', 'It broke off.');
  const cut: StreamPart[] = [...answer.slice(0, 2), { type: 'error', error }];
  assert.deepEqual(events(cut).at(-1), {
    error: { message: 'It broke off.', type: 'server_error', param: null, code: 'stream_truncated' },
  });
});

test('nothing is written after the end', () => {
  const writer = replyWriter(context);
  writer.push(answer);
  assert.equal(writer.push(answer), '');
});

test('interleaved calls keep their own index', () => {
  const calls = events([
    { type: 'tool-call-start', index: 3, id: 'a', name: 'f' },
    { type: 'tool-call-start', index: 7, id: 'b', name: 'g' },
    { type: 'tool-call-delta', index: 3, text: '{"x":' },
    { type: 'tool-call-delta', index: 7, text: '{}' },
    { type: 'tool-call-delta', index: 3, text: '1}' },
  ]);
  assert.deepEqual(calls.slice(1), [
    chunk({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"x":' } }] }),
    chunk({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '1}' } }] }),
  ]);
});

test('a client’s custom tool gets its text, however the model wrapped it', () => {
  const tools = [{ name: 'shell', inputSchema: {}, declared: { type: 'custom', name: 'shell' } }] as const;
  const inputOf = (pieces: readonly string[]) => {
    const parts: StreamPart[] = [
      { type: 'tool-call-start', index: 0, id: 'a', name: 'shell' },
      ...pieces.map((text): StreamPart => ({ type: 'tool-call-delta', index: 0, text })),
      { type: 'finish', reason: 'tool-calls' },
    ];
    const told = String(replyWriter({ ...context, request: { ...context.request, tools } }).push(parts));
    return [...told.matchAll(/"custom":\{(?:"name":"shell",)?"input":("[^}]*")\}/g)]
      .map(([, input = '']): unknown => JSON.parse(input))
      .join('');
  };
  for (const wrapped of [
    '{"input":"ls -a"}',
    '{ "input": "ls -a" }',
    '{"text":"ls -a"}',
    '"ls -a"',
    'ls -a',
  ]) {
    assert.equal(inputOf([wrapped]), 'ls -a', wrapped);
    assert.equal(inputOf([wrapped.slice(0, 4), wrapped.slice(4)]), 'ls -a', wrapped);
  }
});

test('a ping is a comment, which every client skips', () => {
  assert.match(replyWriter(context).ping(), /^: .*\n\n$/);
});

test('Gemini’s signature of a call is written next to the call, as at Google’s own endpoint', () => {
  const written = events([
    {
      type: 'reasoning-signature',
      index: 0,
      signature: sealSignature('CsMB', { at: 'call', callId: 'call_1' }),
    },
    { type: 'tool-call-start', index: 1, id: 'call_1', name: 'f' },
    { type: 'tool-call-start', index: 2, id: 'call_2', name: 'f' },
  ]);
  const told = JSON.stringify(written);
  assert.match(told, /"id":"call_1"[^\]]*"extra_content":\{"google":\{"thought_signature":"CsMB"\}\}/);
  assert.equal(told.split('extra_content').length, 2, 'only next to its own call');
});
