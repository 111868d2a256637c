import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { contentOf } from '../../../../test/support/reply-content.ts';
import { readReply, replyReader } from './read-reply.ts';

const message = (id: string, text: string): JsonObject => ({
  type: 'message',
  id,
  content: [{ type: 'output_text', text }],
});
const thought: JsonObject = {
  type: 'reasoning',
  id: 'rs',
  summary: [],
  content: [{ type: 'reasoning_text', text: 'think' }],
};
const call = (name: string, args: string): JsonObject => ({
  type: 'function_call',
  call_id: `call_${name}`,
  name,
  arguments: args,
});

const added = (item: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'response.output_item.added',
  item: { ...item, content: [], arguments: '' },
  ...more,
});
const done = (item: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'response.output_item.done',
  item,
  ...more,
});
const told = (kind: string, more: JsonObject): JsonObject => ({
  type: `response.${kind}.done`,
  content_index: 0,
  ...more,
});

/** Asserts that these events, at whose end nothing is repeated, give these items. */
function assertRead(events: readonly JsonObject[], items: readonly JsonObject[]): void {
  const { push, end } = replyReader({});
  const text = [...events, { type: 'response.completed', response: response([]) }]
    .map((event) => `data: ${JSON.stringify(event)}\n\n`)
    .join('');
  const parts = [...push(Buffer.from(text)), ...end()];
  assert.deepEqual(contentOf(parts), contentOf(readReply(response(items), {})));
  assert.deepEqual(
    parts.filter(({ type }) => type === 'warning'),
    [],
  );
}

function response(output: readonly JsonObject[]): JsonObject {
  return { id: 'resp_1', object: 'response', status: 'completed', model: 'm', output: [...output] };
}

test('a thought is not the answer, whatever its server calls the part that it closes', () => {
  const answer = message('m', 'Hi');
  const piece = { type: 'response.reasoning_text.delta', delta: 'think' };
  for (const at of [{ item_id: 'rs' }, { item_id: 'rs', output_index: 1 }, { output_index: 1 }]) {
    const [first, second] = 'output_index' in at ? [{ output_index: 0 }, { output_index: 1 }] : [{}, {}];
    for (const type of ['output_text', 'text', 'summary_text', 'thinking', 'reasoning_text']) {
      const closed = told('content_part', { ...at, part: { type, text: 'think' } });
      const thinking = [added(thought, second), { ...piece, ...at }, closed, done(thought, second)];
      assertRead([...thinking, done(answer, { ...second, output_index: 2 })], [thought, answer]);
      assertRead([done(answer, first), ...thinking], [answer, thought]);
      const open = added({ ...answer, content: [] }, first);
      const delta = { type: 'response.output_text.delta', item_id: 'm', ...first, delta: 'Hi' };
      assertRead([open, ...thinking, delta, done(answer, first)], [thought, answer]);
    }
  }
});

test('a thought whose ids change with each event is not the answer either', () => {
  const answer = message('m', 'Hi');
  const at = (id: string) => ({ item_id: id, output_index: 1 });
  const renamed = { ...thought, id: 'x1' };
  const piece = { type: 'response.reasoning_text.delta', delta: 'think', ...at('x2') };
  const closed = told('content_part', { ...at('x3'), part: { type: 'output_text', text: 'think' } });
  const ended = done({ ...thought, id: 'x4' }, { output_index: 1 });
  const thinking = [added(renamed, { output_index: 1 }), piece, closed, ended];
  assertRead([done(answer, { output_index: 0 }), ...thinking], [answer, { ...thought, id: 'x1' }]);
});

test('an answer that is told whole is read behind a thought that has its id, or that ended at the place 0', () => {
  const text = { text: 'Hi' };
  const [zero, one] = [{ output_index: 0 }, { output_index: 1 }];
  const answer = message('m', 'Hi');
  const { id: _, ...thoughtAlone } = thought;
  const piece = { type: 'response.reasoning_text.delta', delta: 'think' };
  const sharing = [
    { ...piece, ...zero, item_id: 'x' },
    told('output_text', { ...text, ...one, item_id: 'x' }),
  ];
  assertRead(sharing, [thoughtAlone, answer]);
  const ended = [{ ...piece, ...zero }, done(thoughtAlone, zero)];
  assertRead([...ended, told('output_text', { ...text, ...zero })], [thoughtAlone, answer]);
  const closed = told('content_part', { ...zero, part: { type: 'output_text', text: 'think' } });
  assertRead([{ ...piece, ...zero }, closed, done(thoughtAlone, zero)], [thoughtAlone]);
});

test('arguments that are told at once are those of a call whose finished item has none', () => {
  const [f, g] = [call('f', '{"a":1}'), call('g', '{"b":1}')];
  const whole = (args: unknown, more: JsonObject = {}) =>
    told('function_call_arguments', { arguments: args as string, ...more }); // or an object, as some send
  const both = [whole('{"a":1}'), whole('{"b":1}')];
  assertRead([added(f), added(g), ...both, done(f), done(g)], [f, g]);
  assertRead([added(f), both[0] ?? {}, added(g), both[1] ?? {}], [f, g]);
  for (const early of ['{}', '{"a":2}', { a: 2 }]) assertRead([added(f), whole(early), done(f)], [f]);
  const bare = { ...f, arguments: '' };
  for (const more of [{}, { status: 'completed' }, { status: 'in_progress' }]) {
    assertRead([added(f), whole('{"a":1}'), done({ ...bare, ...more })], [f]);
    assertRead([whole('{"a":1}'), done({ ...bare, ...more })], [f]);
  }
  const edit = { type: 'custom_tool_call', call_id: 'c', name: 'edit', input: 'a "b"' };
  const input = (text: string) => told('custom_tool_call_input', { input: text });
  assertRead([added({ ...edit, input: '' }), input('a "b"')], [edit]);
  assertRead([added({ ...edit, input: '' }), input('a'), done(edit)], [edit]);
});

test('whole texts of several messages are read, and those of messages that were cited before', () => {
  const [one, two] = [message('m1', 'A'), message('m2', 'B')];
  const whole = (id: string, place: number, text: string) =>
    told('output_text', { item_id: id, output_index: place, text });
  const texts = [whole('m1', 0, 'A'), whole('m2', 1, 'B')];
  assertRead(texts, [one, two]);
  assertRead([...texts, ...texts], [one, two]);
  assertRead(
    [...texts, done(one, { output_index: 0 }), done(two, { output_index: 1 }), ...texts],
    [one, two],
  );

  const annotation = { type: 'url_citation', url: 'https://lab.example/a', start_index: 0, end_index: 1 };
  const cited = {
    ...one,
    content: [{ type: 'output_text', text: 'A', annotations: [annotation] }],
  };
  const source = told('x', { item_id: 'm1', output_index: 0, annotation });
  const begun = [
    added(one, { output_index: 0 }),
    { ...source, type: 'response.output_text.annotation.added' },
  ];
  assertRead([...begun, whole('m1', 0, 'A')], [cited]);
});
