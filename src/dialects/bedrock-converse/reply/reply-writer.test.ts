import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConclaveError } from '../../../core/errors.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { noUsage } from '../../../core/money/usage.ts';
import { collected } from '../../../../test/support/collected.ts';
import { awsEventReader } from '../../replies/aws-event-stream.ts';
import { replyWriter } from './reply-writer.ts';
import { writeReply } from './write-reply.ts';

const usage: StreamPart = { type: 'usage', usage: { ...noUsage, input: 3, output: 2 } };
const stop: StreamPart = { type: 'finish', reason: 'stop' };
const say = (index: number, text: string): StreamPart => ({ type: 'text-delta', index, text });

/** The events of these parts: their names and data. */
function eventsOf(parts: readonly StreamPart[]): [name: string, data: unknown][] {
  const writer = replyWriter();
  const events: [string, unknown][] = [];
  const reader = awsEventReader((data, name = '') => events.push([name, JSON.parse(data)]));
  for (const part of parts) reader.push(Buffer.from(writer.push([part])));
  reader.end();
  return events;
}

const started = ['messageStart', { role: 'assistant' }];
const delta = (contentBlockIndex: number, change: object) => [
  'contentBlockDelta',
  { contentBlockIndex, delta: change },
];
const end = (contentBlockIndex: number) => ['contentBlockStop', { contentBlockIndex }];
const ended = (stopReason: string) => ['messageStop', { stopReason }];

test('a stream begins, opens and closes each of its blocks, and ends, also without any content', () => {
  assert.deepEqual(eventsOf([{ type: 'start' }, stop]), [started, ended('end_turn')]);
  const parts: StreamPart[] = [
    { type: 'start' },
    say(0, 'Looking.'),
    { type: 'tool-call-start', index: 1, id: 'c1', name: 'look' },
    { type: 'tool-call-delta', index: 1, text: '{"at":1}' },
    usage,
    { type: 'finish', reason: 'tool-calls' },
  ];
  const events = eventsOf(parts);
  assert.deepEqual(events.slice(0, -1), [
    started,
    delta(0, { text: 'Looking.' }),
    end(0),
    ['contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'c1', name: 'look' } } }],
    delta(1, { toolUse: { input: '{"at":1}' } }),
    end(1),
    ended('tool_use'),
  ]);
  assert.equal(events.at(-1)?.[0], 'metadata');
});

test('calls that arrive interleaved are written one after the other, as Bedrock’s clients read them', () => {
  const events = eventsOf([
    { type: 'tool-call-start', index: 0, id: 'a', name: 'look' },
    { type: 'tool-call-start', index: 1, id: 'b', name: 'listen' },
    { type: 'tool-call-delta', index: 0, text: '{"at":' },
    { type: 'tool-call-delta', index: 1, text: '{}' },
    { type: 'tool-call-delta', index: 0, text: '1}' },
    { type: 'finish', reason: 'tool-calls' },
  ]);
  const inputs = ['', ''];
  let open = -1;
  for (const [name, data] of events) {
    const { contentBlockIndex, delta } = data as { contentBlockIndex: number; delta?: DeltaOfCall }; // our own frames
    if (name === 'contentBlockStart') open = contentBlockIndex;
    if (name !== 'contentBlockDelta') continue;
    assert.equal(contentBlockIndex, open, 'no block is written to while another is open');
    inputs[contentBlockIndex] += delta?.toolUse.input ?? '';
  }
  assert.deepEqual(inputs, ['{"at":1}', '{}']);
});

type DeltaOfCall = { readonly toolUse: { readonly input: string } };

test('a refusal of another maker’s model ends as filtered, streamed as whole', () => {
  const refused: StreamPart[] = [{ type: 'refusal-delta', index: 0, text: 'I will not.' }, stop];
  assert.deepEqual(eventsOf(refused), [
    started,
    delta(0, { text: 'I will not.' }),
    end(0),
    ended('content_filtered'),
  ]);
  const { output, stopReason } = writeReply(collected(refused));
  assert.equal(stopReason, 'content_filtered');
  assert.deepEqual(output, { message: { role: 'assistant', content: [{ text: 'I will not.' }] } });
});

test('what only another dialect can express is left out', () => {
  const parts: StreamPart[] = [
    say(0, 'Hi.'),
    {
      type: 'opaque',
      index: 1,
      dialect: 'anthropic-messages',
      value: { type: 'novelty', toolUse: { name: 'x' } },
    },
    stop,
  ];
  assert.deepEqual(eventsOf(parts), [started, delta(0, { text: 'Hi.' }), end(0), ended('end_turn')]);
});

test('a failure in the middle of a stream has the name that AWS’s clients look for', () => {
  const names = {
    provider_overloaded: 'serviceUnavailableException',
    provider_rate_limited: 'throttlingException',
    invalid_request: 'validationException',
    stream_truncated: 'internalServerException',
  } as const;
  for (const [code, name] of Object.entries(names)) {
    const error = new ConclaveError(code as keyof typeof names, 'It broke off.'); // a key of the object above
    const events = eventsOf([say(0, 'Half'), { type: 'error', error }]);
    assert.deepEqual(events.at(-1), [name, { message: 'It broke off.' }]);
  }
});
