import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noUsage } from '../core/money/usage.ts';
import { recordedLengths } from './answer-scale.ts';

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
