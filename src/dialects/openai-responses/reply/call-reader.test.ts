import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { collected } from '../../../../test/support/collected.ts';
import { readReply, replyReader } from './read-reply.ts';

/** A call; without a status, as some servers send it, unless one is given. */
const call = (name: string, more: JsonObject = {}): JsonObject => ({
  type: 'function_call',
  id: `fc_${name}`,
  call_id: `call_${name}`,
  name,
  arguments: '',
  ...more,
});
const custom = (name: string, more: JsonObject = {}): JsonObject => {
  const { arguments: _, ...item } = call(name, { type: 'custom_tool_call', input: '' });
  return { ...item, ...more };
};

const whole = { status: 'completed' };
const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };

test('a call without arguments gets an empty object', () => {
  for (const more of [{ status: 'completed' }, { status: 'in_progress' }, {}, { arguments: null }]) {
    const items = [call('look', more), call('listen', more)];
    for (const end of [whole, {}])
      for (const parts of everyWay(items, end)) assert.deepEqual(heard(parts), ['{}', '{}']);
  }
});

test('arguments that a server sends as an object are those of the call', () => {
  const items = [call('look', { arguments: { at: 1 } })];
  for (const parts of everyWay(items, whole)) assert.deepEqual(heard(parts), ['{"at":1}']);
  const pieces = ['{"at": ', '1}'].map((delta) => ({
    type: 'response.function_call_arguments.delta',
    output_index: 0,
    delta,
  }));
  const spaced = streamed(
    [...announced([call('look')]), ...pieces, ...events('response.output_item.done', items)],
    whole,
    items,
  );
  assert.deepEqual(heard(spaced), ['{"at": 1}']);
  assert.deepEqual(
    spaced.filter(({ type }) => type === 'warning'),
    [],
  );
});

test('the last call of an answer that was cut keeps what it has, unless its item says that it is complete', () => {
  const cases: readonly (readonly [JsonObject, string, string])[] = [
    [{}, '', '{"input":"ls'],
    [{ status: 'in_progress' }, '', '{"input":"ls'],
    [{ status: 'incomplete' }, '', '{"input":"ls'],
    [{ status: 'completed' }, '{}', '{"input":"ls"}'],
  ];
  for (const [last, args, input] of cases) {
    for (const end of [cut, { status: 'in_progress' }, { status: 'queued' }]) {
      const first = last.status === 'incomplete' ? {} : last;
      const functions = [call('look', first), call('listen', last)];
      for (const parts of everyWay(functions, end)) assert.deepEqual(heard(parts), ['{}', args]);
      const customs = [custom('run', first), custom('edit', { ...last, input: 'ls' })];
      for (const parts of everyWay(customs, end)) assert.deepEqual(heard(parts), ['{"input":""}', input]);
    }
  }
});

test('a call that its item calls incomplete is never made whole', () => {
  const items = [
    call('look', { status: 'incomplete' }),
    custom('edit', { status: 'incomplete', input: 'ls' }),
    custom('run', { status: 'incomplete' }),
  ];
  for (const end of [whole, cut])
    for (const parts of everyWay(items, end)) assert.deepEqual(heard(parts), ['', '{"input":"ls', '']);
});

test('a call that is only announced is whole if the answer is', () => {
  const delta = (kind: string, text: string, output_index: number): JsonObject => ({
    type: `response.${kind}.delta`,
    output_index,
    delta: text,
  });
  const events = [
    ...announced([
      call('wait'),
      call('look', { arguments: '{"at":1}' }),
      call('listen'),
      custom('end'),
      custom('run', { input: 'ls' }),
      custom('edit'),
    ]),
    delta('function_call_arguments', '{"to":2}', 2),
    delta('custom_tool_call_input', 'a "b"', 5),
  ];
  const args = ['{}', '{"at":1}', '{"to":2}', '{"input":""}', '{"input":"ls"}'];
  assert.deepEqual(heard(streamed(events, whole, [])), [...args, '{"input":"a \\"b\\""}']);
  assert.deepEqual(heard(streamed(events, cut, [])), [...args, '{"input":"a \\"b\\"']);
});

/** Reads items as a whole reply, and from streams that say of them all that servers say, or less. */
function everyWay(items: readonly JsonObject[], end: JsonObject): readonly (readonly StreamPart[])[] {
  const begun = announced(
    items.map((item) => ({ ...item, arguments: '', input: '', status: 'in_progress' })),
  );
  const done = events('response.output_item.done', items);
  return [
    readReply(response(items, end), {}),
    streamed([], end, items),
    streamed(begun, end, items),
    streamed(done, end, []),
    streamed([...begun, ...done], end, items),
    streamed([...begun, ...done, ...done], end, []),
  ];
}

function announced(items: readonly JsonObject[]): JsonObject[] {
  return events('response.output_item.added', items);
}

function events(type: string, items: readonly JsonObject[]): JsonObject[] {
  return items.map((item, output_index) => ({ type, output_index, item }));
}

function streamed(
  items: readonly JsonObject[],
  end: JsonObject,
  output: readonly JsonObject[],
): readonly StreamPart[] {
  const { push } = replyReader({});
  const type = end === cut ? 'response.incomplete' : 'response.completed';
  const all = [...items, { type, response: response(output, end) }];
  return push(Buffer.from(all.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')));
}

function response(output: readonly JsonObject[], more: JsonObject): JsonObject {
  return { id: 'resp_1', object: 'response', model: 'm', output: [...output], ...more };
}

/** The arguments of each call. */
function heard(parts: readonly StreamPart[]): readonly string[] {
  return collected(parts).blocks.flatMap((block) => (block.type === 'tool-call' ? [block.arguments] : []));
}
