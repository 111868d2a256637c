import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelledCall } from './labelled-call.ts';
import { usualAnswers } from './usual-answers.ts';

const call = (model: string, output: number, more: Partial<LabelledCall> = {}): LabelledCall => ({
  id: 'req_1',
  keyId: 'k',
  model,
  task: 'chat',
  features: new Uint8Array(),
  tokens: { input: 10, output },
  ...more,
});

test('answers that were cut do not shorten what is usual of their model, or of all', () => {
  const calls = ['lab/one', 'lab/two'].flatMap((model) => Array.from({ length: 20 }, () => call(model, 900)));
  const cut = Array.from({ length: 200 }, () => call('lab/one', 1, { isCut: true }));
  assert.deepEqual(usualAnswers([...calls, ...cut]), usualAnswers(calls));
  assert.equal(usualAnswers(calls).any, 900);
});
