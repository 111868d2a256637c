import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage } from '../../core/money/usage.ts';
import type { TaskType } from '../../core/task.ts';
import { answerScale, recordedLengths, withAnswer } from './answer-scale.ts';

type Recorded = Parameters<typeof recordedLengths>[0][number];

const call = (model: string, output: number, finishReason = 'stop') =>
  ({ model, task: 'chat', finishReason, usage: { ...noUsage, input: 5, output } }) as Recorded; // all that is read

test('answers that were cut, and embeddings, do not change how long answers are', () => {
  const calls = ['lab/one', 'lab/two'].flatMap((model) => Array.from({ length: 20 }, () => call(model, 900)));
  const silent = Array.from({ length: 90 }, () => [
    call('lab/one', 1, 'length'),
    call('lab/one', 1, 'max_output_tokens'),
    call('lab/embed', 0),
  ]).flat();
  const [plain, mixed] = [recordedLengths(calls), recordedLengths([...calls, ...silent])];
  for (const model of ['lab/one', 'lab/two', 'lab/new'])
    assert.equal(mixed.at('chat', Infinity).of(model), plain.at('chat', Infinity).of(model));
  assert.equal(Math.round(plain.at('chat', Infinity).of('lab/one')), 900);
});

test('an answer is as many times as long as the usual answers of its model are to those of the recorded one', () => {
  const calls = Array.from({ length: 200 }, () => [call('lab/wordy', 1_000), call('lab/terse', 100)]).flat();
  const world = { answerLengths: recordedLengths(calls) };
  const scale = (given: string | undefined, task: TaskType) => answerScale({ model: given, task }, world);
  const near = (value: number, wanted: number) =>
    assert.ok(Math.abs(value / wanted - 1) < 0.1, `${value}, not about ${wanted}`);
  near(scale('lab/terse', 'chat')('lab/wordy'), 10);
  near(scale('lab/wordy', 'chat')('lab/terse'), 1 / 10);
  assert.equal(scale('lab/wordy', 'chat')('lab/wordy'), 1);
  assert.ok(scale('lab/terse', 'math')('lab/wordy') > 2, 'a wordy model is so at other work too');
  assert.equal(scale(undefined, 'chat')('lab/wordy'), 1, 'no model answered');
});

test('a longer answer costs more output and reasoning, and the same prompt', () => {
  const usage = {
    ...noUsage,
    input: 9,
    cacheRead: 8,
    cacheWriteLong: 7,
    output: 10,
    reasoning: 4,
    webSearches: 1,
  };
  assert.deepEqual(withAnswer(usage, 2.5, Infinity), { ...usage, output: 25, reasoning: 10 });
  assert.deepEqual(withAnswer(usage, 1, Infinity), usage);
  assert.deepEqual(withAnswer(usage, 2.5, 28), { ...usage, output: 20, reasoning: 8 }, 'up to its maximum');
});
