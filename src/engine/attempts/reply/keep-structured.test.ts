import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StreamPart } from '../../../core/wire/stream-part.ts';
import { KeepStructured } from './keep-structured.ts';

const textAt = (index: number, text: string): StreamPart => ({ type: 'text-delta', index, text });
const answered = (index: number, text: string): StreamPart => ({
  type: 'text-delta',
  index,
  text,
  structured: true,
});
const call: StreamPart = { type: 'tool-call-start', index: 1, id: 'a', name: 'look' };
const finish: StreamPart = { type: 'finish', reason: 'stop' };

/** Returns the parts that result from each piece of a stream. */
function seen(...pieces: StreamPart[][]): StreamPart[][] {
  const alone = new KeepStructured();
  return pieces.map((parts) => alone.read(parts));
}

test('leaves out text before and after a structured answer, with a warning', () => {
  const [before, ...rest] = seen(
    [{ type: 'start' }, textAt(0, 'Here it is: ')],
    [answered(1, '{"a":')],
    [answered(1, '1}'), textAt(2, ' Done.'), finish],
  );
  assert.deepEqual(before, [{ type: 'start' }]);
  assert.deepEqual(
    rest.map((parts) => parts.map(({ type }) => type)),
    [
      ['warning', 'text-delta'],
      ['text-delta', 'finish'],
    ],
  );
});

test('keeps the first of several structured answers, with one warning', () => {
  const [first, second] = seen(
    [answered(0, '{"a":'), answered(1, '{"a":2')],
    [answered(0, '1}'), answered(1, '}'), answered(2, '{}'), finish],
  );
  assert.deepEqual(
    first?.map(({ type }) => type),
    ['text-delta', 'warning'],
  );
  assert.deepEqual(second, [answered(0, '1}'), finish]);
});

test('passes the text on in its order if no structured answer comes', () => {
  assert.deepEqual(seen([textAt(0, 'I ')], [textAt(0, 'cannot.')], [finish]), [
    [],
    [],
    [textAt(0, 'I '), textAt(0, 'cannot.'), finish],
  ]);
  assert.deepEqual(seen([textAt(0, 'Let me look.')], [call], [textAt(2, 'More.')]), [
    [],
    [textAt(0, 'Let me look.'), call],
    [textAt(2, 'More.')],
  ]);
});

test('passes reasoning on at once, and keeps the place of reasoning that follows text', () => {
  const thought: StreamPart = { type: 'reasoning-delta', index: 0, text: 'Hm.' };
  const later: StreamPart = { type: 'reasoning-delta', index: 2, text: 'Hm.' };
  assert.deepEqual(seen([thought], [textAt(1, 'So: ')], [later], [finish]), [
    [thought],
    [],
    [],
    [textAt(1, 'So: '), later, finish],
  ]);
});
