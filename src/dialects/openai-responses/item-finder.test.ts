import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../core/json/json.ts';
import type { StreamPart } from '../../core/wire/stream-part.ts';
import { contentOf } from '../../../test/support/reply-content.ts';
import { readReply, replyReader } from './read-reply.ts';

/** One item, whole and as its only delta. */
type Sent = { readonly item: JsonObject; readonly kind: string; readonly delta: string };

const thought = (id: string, text: string): Sent => ({
  item: { type: 'reasoning', id, summary: [{ type: 'summary_text', text }] },
  kind: 'reasoning_summary_text',
  delta: text,
});
const message = (id: string, text: string): Sent => ({
  item: { type: 'message', id, content: [{ type: 'output_text', text }] },
  kind: 'output_text',
  delta: text,
});
const call = (id: string, name: string): Sent => ({
  item: { type: 'function_call', id, call_id: `call_${id}`, name, arguments: `{"who":"${name}"}` },
  kind: 'function_call_arguments',
  delta: `{"who":"${name}"}`,
});
const edit = (id: string, input: string): Sent => ({
  item: { type: 'custom_tool_call', id, call_id: `call_${id}`, name: 'edit', input },
  kind: 'custom_tool_call_input',
  delta: input,
});

const sent = [
  thought('rs_1', 'Hm.'),
  message('msg_1', 'Let me '),
  message('msg_2', 'look.'),
  call('fc_1', 'f'),
  call('fc_2', 'g'),
  edit('ct_1', 'a "b"'),
];

type Event = {
  readonly type: string;
  readonly place: number;
  readonly item: JsonObject;
  readonly delta?: string;
};

const added = sent.map(({ item }, place): Event => {
  const begun = { ...item, summary: [], content: [], arguments: '', input: '' };
  return { type: 'response.output_item.added', place, item: begun };
});
const deltas = sent.map(({ item, kind, delta }, place): Event => {
  return { type: `response.${kind}.delta`, place, item, delta };
});
const done = sent.map(({ item }, place): Event => ({ type: 'response.output_item.done', place, item }));
const inTurn = (...lists: readonly (readonly Event[])[]) =>
  sent.flatMap((_, at) => lists.flatMap((list) => list[at] ?? []));

const orders: Record<string, readonly Event[]> = {
  'one after the other': inTurn(added, deltas, done),
  'announced first': [...added, ...deltas, ...done],
  'ended last': [...inTurn(added, deltas), ...done],
  'ended in another order': [...added, ...deltas, ...done.toReversed()],
  'announced late': inTurn(deltas, added, done),
  'never announced': inTurn(deltas, done),
  'only ended': done,
};

let renamings = 0;

/** What servers send of an event to say which item it is about. */
const servers: Record<string, (event: Event) => JsonObject> = {
  'places and ids': (event) => ({ output_index: event.place, ...byId(event) }),
  'ids alone': byId,
  'ids, and 0 as every place': (event) => ({ output_index: 0, ...byId(event) }),
  'ids, but of calls only those to answer them by': (event) => {
    const { call_id: callId } = event.item;
    return byId(callId === undefined ? event : { ...event, item: { ...event.item, id: callId } });
  },
  'places, and ids that change with each event': (event) => {
    renamings += 1;
    const item = { ...event.item, id: `id_${renamings}` };
    return { output_index: event.place, ...byId({ ...event, item }) };
  },
};

function byId({ item, delta }: Event): JsonObject {
  return delta === undefined ? { item } : { item_id: item.id ?? null };
}

test('items are told apart by their places, or where a server sends none by their ids', () => {
  const output = sent.map(({ item }) => item);
  const whole = inAnyOrder(readReply(response(output), {}));
  for (const [order, events] of Object.entries(orders)) {
    for (const [server, named] of Object.entries(servers)) {
      for (const listed of [[], output]) {
        const parts = read([
          ...events.map((event) => ({ type: event.type, delta: event.delta ?? null, ...named(event) })),
          { type: 'response.completed', response: response(listed) },
        ]);
        assert.deepEqual(inAnyOrder(parts), whole, `${order}; ${server}; ${listed.length} items at the end`);
      }
    }
  }
});

test('a message and the calls behind it may have one id', () => {
  const items = [message('run_1', 'Let me look.'), call('run_1', 'f'), call('run_1', 'g')].map(
    ({ item }, at): JsonObject => ('call_id' in item ? { ...item, call_id: `call_${at}` } : item),
  );
  const ended = items.map((item) => ({ type: 'response.output_item.done', item }));
  const delta = textDelta('run_1', 'Let me');
  const completed = { type: 'response.completed', response: response([]) };
  const whole = contentOf(readReply(response(items), {}));
  assert.deepEqual(contentOf(read([...ended, completed])), whole);
  assert.deepEqual(contentOf(read([delta, ...ended, completed])), whole);
});

test('an answer whose ids change on the way is given once', () => {
  const { item } = message('msg_9', 'Hello');
  const whole = contentOf(readReply(response([item]), {}));
  for (const ids of [
    ['msg_1', 'msg_1'],
    ['msg_1', 'msg_2'],
  ]) {
    const deltas = ids.map((id, at) => textDelta(id, at === 0 ? 'Hel' : 'lo'));
    const done = { type: 'response.output_item.done', item };
    const completed = { type: 'response.completed', response: response([item]) };
    assert.deepEqual(contentOf(read([...deltas, done, completed])), whole);
    assert.deepEqual(contentOf(read([...deltas, completed])), whole);
  }
});

test('answers that come side by side stay apart, announced or not', () => {
  const items = [message('msg_1', 'Hello'), message('msg_2', 'Goodbye')].map(({ item }) => item);
  const deltas = [
    textDelta('msg_1', 'He'),
    textDelta('msg_1', 'll'),
    textDelta('msg_2', 'Good'),
    textDelta('msg_1', 'o'),
    textDelta('msg_2', 'bye'),
  ];
  const done = items.map((item) => ({ type: 'response.output_item.done', item }));
  const parts = read([...deltas, ...done, { type: 'response.completed', response: response([]) }]);
  assert.deepEqual(inAnyOrder(parts), inAnyOrder(readReply(response(items), {})));
});

test('what only the finished response lists is read, also beside items that have come without places', () => {
  const output = [thought('rs_1', 'Hm.'), message('msg_1', 'Hello'), call('fc_1', 'f')].map(
    ({ item }) => item,
  );
  const whole = inAnyOrder(readReply(response(output), {}));
  for (const item of output) {
    const done = { type: 'response.output_item.done', item };
    const parts = read([done, { type: 'response.completed', response: response(output) }]);
    assert.deepEqual(inAnyOrder(parts), whole, String(item.type));
  }
});

function textDelta(id: string, delta: string): JsonObject {
  return { type: 'response.output_text.delta', item_id: id, delta };
}

function response(output: readonly JsonObject[]): JsonObject {
  return { id: 'resp_1', object: 'response', status: 'completed', model: 'm', output: [...output] };
}

function read(events: readonly JsonObject[]): readonly StreamPart[] {
  const { push, end } = replyReader({});
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  return [...push(Buffer.from(text)), ...end()];
}

/** Calls may begin before the words in front of them have come. */
function inAnyOrder(parts: readonly StreamPart[]): readonly string[] {
  return contentOf(parts)
    .map((block) => JSON.stringify(block))
    .toSorted();
}
