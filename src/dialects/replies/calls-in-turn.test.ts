import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  array,
  assert as assertProperty,
  dictionary,
  jsonValue,
  nat,
  property,
  record,
  string,
} from 'fast-check';
import { replyCollector } from '../../core/wire/collected-reply.ts';
import type { ReplyContext } from '../../core/wire/dialect.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { awsEventReader } from './aws-event-stream.ts';
import { callsInTurn } from './calls-in-turn.ts';
import { dialects } from '../index.ts';

const context: ReplyContext = {
  id: 'req_7',
  model: 'lab/model-1',
  createdAt: 0,
  request: { model: 'lab/model-1', stream: true, messages: [] },
};

const nasty = string({ unit: 'binary' }).map((text) => `${text}"\\}{`);
const wantedCall = record({
  value: dictionary(nasty, jsonValue()),
  cuts: array(nat(), { maxLength: 4 }),
});

type Wanted = { readonly id: string; readonly arguments: string };

/** Interleaves the pieces of calls at random, with text in between; the pieces of each call keep their order. */
const mixed = record({
  calls: array(wantedCall, { minLength: 2, maxLength: 5 }),
  turns: array(nat(), { maxLength: 40 }),
}).map(({ calls, turns }) => {
  const wanted = calls.map(({ value }, at): Wanted => ({
    id: `call_${at}`,
    arguments: JSON.stringify(value),
  }));
  const queues = calls.map(({ cuts }, at) => piecesOf(wanted[at]?.arguments ?? '', cuts));
  const parts: StreamPart[] = [{ type: 'start' }];
  const indexes = new Map<number, number>();
  const turnOf = (turn: number) => turn % (queues.length + 1);
  for (const queue of [
    ...turns.map(turnOf),
    ...queues.flatMap((pieces, at) => pieces.map(() => at)),
    ...queues.keys(),
  ]) {
    if (queue === queues.length) parts.push({ type: 'text-delta', index: 99, text: 'word ' });
    else take(queue);
  }

  function take(queue: number): void {
    const known = indexes.get(queue);
    if (known === undefined) {
      const index = indexes.size;
      indexes.set(queue, index);
      parts.push({ type: 'tool-call-start', index, id: `call_${queue}`, name: 'look' });
      return;
    }
    const text = queues[queue]?.shift();
    if (text !== undefined) parts.push({ type: 'tool-call-delta', index: known, text });
  }
  // In order of their start, as every reader numbers them.
  const inOrder = [...indexes.keys()].flatMap((queue) => wanted[queue] ?? []);
  return { wanted: inOrder, parts: [...parts, { type: 'finish', reason: 'tool-calls' } as const] };
});

function piecesOf(text: string, cuts: readonly number[]): string[] {
  const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, at) => text.slice(edges[at], edge));
}

for (const dialect of dialects) {
  test(`interleaved calls reach clients of ${dialect.id} with their own arguments`, () => {
    assertProperty(
      property(mixed, ({ wanted, parts }) => {
        const writer = dialect.replyWriter(context);
        const reader = dialect.replyReader({});
        const collector = replyCollector();
        for (const part of parts)
          for (const read of reader.push(Buffer.from(writer.push([part])))) collector.add(read);
        for (const read of reader.end()) collector.add(read);
        const calls = collector.reply.blocks.flatMap((block) => (block.type === 'tool-call' ? [block] : []));
        assert.deepEqual(
          calls.map((call) => JSON.parse(call.arguments)),
          wanted.map((call) => JSON.parse(call.arguments)),
        );
        const words = collector.reply.blocks.map((block) => (block.type === 'text' ? block.text : ''));
        const said = parts.filter(({ type }) => type === 'text-delta');
        assert.equal(words.join(''), 'word '.repeat(said.length));
      }),
      { numRuns: 60 },
    );
  });
}

type BlockEvent = { readonly type: string; readonly block: number; readonly json: string };

/** Reads events as a strict client does: the JSON of each block, with one block open at a time. */
function jsonOfBlocks(events: readonly BlockEvent[]): string[] {
  const found: string[] = [];
  let open: number | undefined;
  for (const { type, block, json } of events) {
    if (type === 'start') {
      assert.equal(open, undefined, 'no block begins while another is open');
      assert.equal(block, found.length, 'blocks are numbered in order');
      found.push('');
      open = block;
    } else if (type === 'delta') {
      assert.equal(block, open, 'a delta belongs to the open block');
      found[block] = (found[block] ?? '') + json;
    } else {
      assert.equal(block, open, 'only the open block stops');
      open = undefined;
    }
  }
  assert.equal(open, undefined, 'every block stops');
  return found.filter((json) => json !== '');
}

function anthropicEvents(bytes: string): BlockEvent[] {
  return [...bytes.matchAll(/^data: (\{"type":"content_block_(\w+)"[^\n]*)/gm)].map(
    ([, data = '', type = '']) => {
      const event = JSON.parse(data) as { index: number; delta?: { partial_json?: string } };
      return { type, block: event.index, json: event.delta?.partial_json ?? '' };
    },
  );
}

function bedrockEvents(bytes: Uint8Array): BlockEvent[] {
  const events: BlockEvent[] = [];
  let last = -1;
  awsEventReader((data, name = '') => {
    const type = /^contentBlock(\w+)$/.exec(name)?.[1]?.toLowerCase();
    if (type === undefined) return;
    const event = JSON.parse(data) as {
      contentBlockIndex: number;
      delta?: { toolUse?: { input: string } };
    };
    const block = event.contentBlockIndex;
    // Text blocks have no start event here.
    if (type === 'delta' && block > last) events.push({ type: 'start', block, json: '' });
    last = block;
    events.push({ type, block, json: event.delta?.toolUse?.input ?? '' });
  }).push(bytes);
  return events;
}

const strict = [
  { id: 'anthropic-messages', events: (bytes: Buffer) => anthropicEvents(bytes.toString()) },
  { id: 'bedrock-converse', events: bedrockEvents },
] as const;

for (const { id, events } of strict) {
  test(`in ${id} every block is a start, its deltas and a stop, in whatever order the pieces of calls arrive`, () => {
    const dialect = dialects.find((candidate) => candidate.id === id);
    assert.ok(dialect);
    assertProperty(
      property(mixed, ({ wanted, parts }) => {
        const writer = dialect.replyWriter(context);
        const bytes = Buffer.concat(parts.map((part) => Buffer.from(writer.push([part]))));
        assert.deepEqual(
          jsonOfBlocks(events(bytes)),
          wanted.map((call) => call.arguments),
        );
      }),
      { numRuns: 200 },
    );
  });
}

function inTurn(parts: readonly StreamPart[]): StreamPart[] {
  const written: StreamPart[] = [];
  const push = callsInTurn((part) => written.push(part));
  for (const part of parts) push(part);
  return written;
}

const first = { type: 'tool-call-start', index: 0, id: 'a', name: 'x' } as const;
const second = { type: 'tool-call-start', index: 1, id: 'b', name: 'y' } as const;

test('calls that follow each other are passed on piece by piece as they arrive', () => {
  const parts: StreamPart[] = [
    first,
    { type: 'tool-call-delta', index: 0, text: '{"a":' },
    { type: 'tool-call-delta', index: 0, text: '"}"}' },
    second,
    { type: 'tool-call-delta', index: 1, text: '{' },
  ];
  assert.deepEqual(inTurn(parts), parts);
});

test('if the answer ends inside a call, the calls that waited are still written', () => {
  const parts = inTurn([
    first,
    second,
    { type: 'tool-call-delta', index: 1, text: '{}' },
    { type: 'finish', reason: 'length' },
  ]);
  assert.deepEqual(
    parts.map((part) => ('index' in part ? `${part.type} ${part.index}` : part.type)),
    ['tool-call-start 0', 'tool-call-start 1', 'tool-call-delta 1', 'finish'],
  );
});

test('if a stream fails, calls that waited are not written, because a client could take them for whole', () => {
  const error = new ConclaveError('stream_truncated', 'The stream broke off.');
  const parts = inTurn([first, second, { type: 'error', error }]);
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['tool-call-start', 'error'],
  );
});
