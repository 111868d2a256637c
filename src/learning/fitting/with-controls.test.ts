import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tierPriorAt } from '../../core/routing/quality/success-prior.ts';
import type { LabelledCall } from './labelled-call.ts';
import { withControls } from './with-controls.ts';

const call = (model: string, more: Partial<LabelledCall>): LabelledCall => ({
  id: 'req_1',
  keyId: 'complainer',
  model,
  tier: 'economy',
  task: 'chat',
  features: new Uint8Array(),
  tokens: { input: 10, output: 10 },
  ...more,
});
const times = (count: number, one: LabelledCall) => Array.from({ length: count }, () => one);
const rated = (model: string, score: number, more: Partial<LabelledCall> = {}) =>
  call(model, { score, fromFeedback: true, ...more });
const control = (model: string) => call(model, { isControl: true });

const prior = tierPriorAt('economy', 'chat');
/** The mean of the scores that count as people's ratings. */
function mean(calls: readonly LabelledCall[], model: string): number {
  const scores = calls.flatMap((one) => (one.model === model && one.fromFeedback ? (one.score ?? 0) : []));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

test('controls make up for complaints, and lift no model above its prior', () => {
  const calls = withControls([
    ...times(10, rated('lab/usual', 0)),
    ...times(300, control('lab/usual')),
    ...times(60, rated('lab/bad', 0)),
    ...times(40, control('lab/bad')),
  ]);
  assert.ok(Math.abs(mean(calls, 'lab/usual') - prior) < 1e-9, 'complained about no more than was expected');
  assert.equal(mean(calls, 'lab/bad'), 0.4, 'the share of answers without a complaint');
});

test('a control is no praise: without complaints of its key at its model and task it counts for nothing', () => {
  const praised = times(30, rated('lab/usual', 1, { keyId: 'other' }));
  const elsewhere = times(5, rated('lab/usual', 0, { task: 'math' }));
  const controls = [...times(9, control('lab/usual')), ...times(9, control('lab/new'))];
  const calls = [...praised, ...elsewhere, ...controls];
  assert.deepEqual(withControls(calls), calls);
});
