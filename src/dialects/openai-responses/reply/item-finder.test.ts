import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { contentOf } from '../../../../test/support/reply-content.ts';
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
  readonly whole?: string;
};

const added = sent.map(({ item }, place): Event => {
  const begun = { ...item, summary: [], content: [], arguments: '', input: '' };
  return { type: 'response.output_item.added', place, item: begun };
});
const deltas = sent.map(({ item, kind, delta }, place): Event => {
  return { type: `response.${kind}.delta`, place, item, delta };
});
/** The event that repeats the whole text, or tells it at once. */
const wholes = sent.map(({ item, kind, delta }, place): Event => {
  return { type: `response.${kind}.done`, place, item, whole: delta };
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
  'whole at once': inTurn(added, wholes, done),
  'whole at once, and announced first': [...added, ...wholes, ...done],
  'whole at once, and never ended': inTurn(added, wholes),
  'whole in the end': inTurn(added, deltas, wholes, done),
  'whole behind the end': inTurn(added, deltas, done, wholes),
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

function byId({ item, delta, whole }: Event): JsonObject {
  return (delta ?? whole) === undefined ? { item } : { item_id: item.id ?? null };
}

/** The text of an event, under each of the names that it has there. */
function textOf({ delta, whole }: Event): JsonObject {
  return delta === undefined
    ? { text: whole ?? null, arguments: whole ?? null, input: whole ?? null }
    : { delta };
}

test('items are told apart by their places, or where a server sends none by their ids', () => {
  const output = sent.map(({ item }) => item);
  const whole = inAnyOrder(readReply(response(output), {}));
  for (const [order, events] of Object.entries(orders)) {
    for (const [server, named] of Object.entries(servers)) {
      for (const listed of [[], output]) {
        const parts = read([
          ...events.map((event) => ({ type: event.type, ...textOf(event), ...named(event) })),
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

test('calls with one item id are told apart by the ids that they are answered by', () => {
  const calls = ['f', 'g'].map((name) => ({ ...call('run_1', name).item, call_id: `call_${name}` }));
  const begun = calls.map((item) => event('added', { ...item, arguments: '' }, 0));
  const ended = calls.map((item) => event('done', item, 0));
  assertGiven(calls, [...begun, ...ended, ...ended]);
  assertGiven(
    calls,
    calls.map((item) => event('added', item, 0)),
  );
  const piece = { type: 'response.function_call_arguments.delta', item_id: 'run_1', delta: '{"who":' };
  const unplaced = calls.flatMap((item) => [piece, event('done', item)]);
  assertGiven(calls, unplaced);
});

test('a call that is only ended is not one that is under way', () => {
  const [f, g] = [call('fc_1', 'f').item, call('fc_2', 'g').item];
  const begun = event('added', { ...f, arguments: '' });
  const piece = { type: 'response.function_call_arguments.delta', delta: '{"who":' };
  for (const start of [[begun], [piece, begun]])
    assertGiven([f, g], [...start, event('done', g), event('done', f)]);
});

test('an item that is announced or ended twice is one item, whatever else is said of it', () => {
  const hello = message('msg_1', 'Hello').item;
  const begun = event('added', { ...hello, content: [] });
  assertGiven([hello], [begun, begun, textDelta('msg_1', 'Hel'), event('done', { ...hello, id: 'msg_2' })]);
  const unnamed = event('done', { ...hello, id: null }, 0);
  assertGiven([hello], [unnamed, unnamed]);
});

test('messages of which only pieces come are told apart by their places', () => {
  const said = ['Hello', 'Goodbye'];
  const pieces = said.map((delta, output_index) => ({
    type: 'response.output_text.delta',
    output_index,
    delta,
  }));
  assertGiven(
    said.map((text) => message('', text).item),
    pieces,
  );
});

test('messages of which only pieces come, all at the place 0, are told apart by their ids', () => {
  const items = [message('msg_1', 'Hello').item, message('msg_2', 'Goodbye').item];
  const pieces = [
    textDelta('msg_1', 'Hel', 0),
    textDelta('msg_1', 'lo', 0),
    textDelta('msg_2', 'Good', 0),
    textDelta('msg_2', 'bye', 0),
  ];
  assertGiven(items, pieces);
  assertGiven(items, pieces, items);
});

test('pieces of one message under new ids are joined, also behind a thought that kept its id', () => {
  const items = [thought('rs_1', 'Hm.').item, message('m_9', 'Hello').item];
  const [first] = items;
  assert.ok(first);
  for (const output of [[], items]) {
    const pieces = [textDelta('a', 'Hel', 0), textDelta('b', 'lo', 0)];
    assertGiven(items, [event('added', first, 0), event('done', first, 0), ...pieces], output);
  }
});

test('a message that was announced is continued under other ids, whether or not those before it kept theirs', () => {
  const [hm, hello] = [thought('rs_1', 'Hm.').item, message('msg_1', 'Hello').item];
  for (const place of [undefined, 0]) {
    const events = [
      event('added', { ...hm, summary: [] }, place),
      event('done', hm, place),
      event('added', { ...hello, content: [] }, place),
      textDelta('chat_1', 'Hel', place),
      textDelta('chat_1', 'lo', place),
      event('done', hello, place),
    ];
    assertGiven([hm, hello], events);
    assertGiven([hm, hello], events, [hm, hello]);
  }
});

test('an item at the place of one that has ended is another if both have ids', () => {
  const [hello, goodbye] = [message('msg_1', 'Hello').item, message('msg_2', 'Goodbye').item];
  const piece = { type: 'response.output_text.delta', output_index: 0, delta: 'Hel' };
  const events = [piece, event('added', { ...hello, content: [] }, 0), event('done', hello, 0)];
  assertGiven([hello, goodbye], [...events, event('done', goodbye, 0)]);
});

test('the finished response is matched with what has come: by ids, then by places, each item once', () => {
  const [one, two, three] = ['one', 'two', 'three'].map((text) => message(`msg_${text}`, text).item);
  const [f, g] = [call('fc_1', 'f').item, call('fc_2', 'g').item];
  const hm = thought('rs_1', 'Hm.').item;
  assert.ok(one && two && three);
  const inAnotherOrder = [event('done', f, 0), event('done', g, 1)];
  assertGiven([f, g], inAnotherOrder, [g, f]);
  const withAGap = [event('done', { ...one, id: 'a' }, 0), event('done', { ...three, id: 'b' }, 2)];
  assertGiven([one, two, three], withAGap, [one, two, three]);
  const movedUp = [hm, one, two].map((item, place) => event('done', item, place));
  assertGiven([hm, one, two, three], movedUp, [one, two, three]);
  assertGiven([f, g], [event('done', f, 0)], [g]);
});

test('a source is one of its own message, also behind the end of that', () => {
  const messages = ['Hello', 'Goodbye'].map((text) => {
    const annotations = [{ type: 'url_citation', url: `https://lab.example/${text}`, title: text }];
    const content = [{ type: 'output_text', text, annotations }];
    return {
      cited: { type: 'message', id: `msg_${text}`, content },
      bare: message(`msg_${text}`, text).item,
      annotations,
    };
  });
  const whole = messages.map(({ cited }) => cited);
  const begun = messages.map(({ bare }) => event('added', { ...bare, content: [] }, 0));
  const sources = (more: (at: number) => JsonObject) =>
    messages.map(({ annotations: [annotation = {}] }, at) => ({
      type: 'response.output_text.annotation.added',
      annotation,
      ...more(at),
    }));
  const byIds = sources((at) => ({ output_index: 0, item_id: messages[at]?.bare.id ?? null }));
  const pieces = messages.map(({ bare }, at) => textDelta(String(bare.id), at === 0 ? 'Hello' : 'Goodbye'));
  const ended = (at: (place: number) => number) =>
    messages.map(({ bare }, place) => event('done', bare, at(place)));
  assertGiven(whole, [...begun, ...pieces, ...byIds, ...whole.map((item) => event('done', item, 0))]);
  assertGiven(whole, [...ended(() => 0), ...byIds]);
  assertGiven(whole, [...ended((place) => place), ...sources((output_index) => ({ output_index }))]);
});

function event(kind: 'added' | 'done', item: JsonObject, place?: number): JsonObject {
  return {
    type: `response.output_item.${kind}`,
    item,
    ...(place !== undefined && { output_index: place }),
  };
}

/** Asserts that a stream gives these items, each once, if the finished response lists those in `output`. */
function assertGiven(
  items: readonly JsonObject[],
  events: readonly JsonObject[],
  output: readonly JsonObject[] = [],
): void {
  const parts = read([...events, { type: 'response.completed', response: response(output) }]);
  assert.deepEqual(inAnyOrder(parts), inAnyOrder(readReply(response(items), {})));
}

function textDelta(id: string, delta: string, place?: number): JsonObject {
  return {
    type: 'response.output_text.delta',
    item_id: id,
    delta,
    ...(place !== undefined && { output_index: place }),
  };
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
