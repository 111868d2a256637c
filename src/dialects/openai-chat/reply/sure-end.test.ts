import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../core/json/json.ts';
import { replyReader } from './read-reply.ts';

const usage: JsonObject = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const choice = (delta: JsonObject, finish: string | null = null, index = 0): JsonObject => ({
  choices: [{ index, delta, finish_reason: finish }],
});
const words = { content: 'Words.' };

/** Whether the answer has surely ended after each of these events. */
function ends(...events: readonly JsonObject[]) {
  return endsOf(1, events);
}

/** As `ends`, if so many answers were asked for. */
function endsOf(answers: number, events: readonly JsonObject[]) {
  const { push, isAnswered } = replyReader({}, answers);
  return events.map((event) => {
    push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
    return isAnswered?.();
  });
}

test('an answer has surely ended with a finish reason by itself and a usage with it or after it', () => {
  assert.deepEqual(ends(choice(words), choice({}, 'stop'), { choices: [], usage }), [false, false, true]);
  assert.deepEqual(ends(choice(words), { ...choice({}, 'stop'), usage }), [false, true]);
});

test('a finish reason beside content, without a usage, or before more content is no sure end', () => {
  const every = { ...choice(words, 'stop'), usage };
  assert.deepEqual(ends(every, every), [false, false]);
  assert.deepEqual(ends({ ...choice(words), usage }, choice({}, 'stop')), [false, false]);
  const done = { ...choice({}, 'stop'), usage };
  assert.deepEqual(ends(choice(words), done, choice(words)), [false, true, false]);
  const second = choice(words, null, 1);
  assert.deepEqual(ends(choice(words), done, second), [false, true, false]);
});

test('no end is sure before as many answers have ended as were asked for', () => {
  const answer = (index: number) => [choice(words, null, index), { ...choice({}, 'stop', index), usage }];
  assert.deepEqual(endsOf(2, [...answer(0), choice(words, null, 1)]), [false, false, false]);
  assert.deepEqual(endsOf(2, [...answer(1), ...answer(0)]), [false, false, false, true]);
  assert.deepEqual(endsOf(3, [...answer(1), ...answer(0)]), [false, false, false, false]);
});

test('an end is likely if a usage of its own follows fewer answers than were asked for, all of which have ended', () => {
  const answer = (index: number) => [choice(words, null, index), choice({}, 'stop', index)];
  const total = { choices: [], usage };
  assert.deepEqual(endsOf(3, [...answer(0), total]), [false, false, 'likely']);
  assert.deepEqual(endsOf(2, [...answer(0), total, choice(words, null, 1)]), [false, false, 'likely', false]);
  assert.deepEqual(endsOf(3, [...answer(0), choice(words, null, 1), total]), [false, false, false, false]);
});
