import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedCall } from '../../core/stores/router-store.ts';
import { labelledCall } from './labelled-call.ts';

const call: RoutedCall = {
  id: 'req_1',
  keyId: 'k1',
  model: 'lab/one',
  task: 'math',
  features: new Uint8Array(),
  tokens: { input: 10, output: 5 },
  outcomes: [],
};

const rated = (outcomes: RoutedCall['outcomes']) => {
  const { score, fromFeedback, isControl } = labelledCall({ ...call, outcomes });
  return [score, fromFeedback, isControl];
};

const schema = { kind: 'schema', score: 1 };
const complaint = { kind: 'feedback', score: 0 };
const praise = { kind: 'feedback', score: 0.5 };

test("the score is the mean of people's ratings, or else of what was inferred", () => {
  assert.deepEqual(rated([]), [undefined, undefined, undefined]);
  assert.deepEqual(rated([schema, { kind: 'check', score: 0 }]), [0.5, false, undefined]);
  assert.deepEqual(rated([schema, complaint, praise]), [0.25, true, undefined]);
});

test('a control counts as no rating of its own call, and as nothing once the call is rated', () => {
  const control = { kind: 'unrated', score: 1 };
  assert.deepEqual(rated([control]), [undefined, undefined, true]);
  assert.deepEqual(rated([control, schema]), [1, false, true]);
  assert.deepEqual(rated([control, complaint]), [0, true, undefined]);
  assert.deepEqual(rated([{ kind: 'unrated', score: 0 }]), [undefined, undefined, undefined]);
  assert.deepEqual(rated([{ kind: 'drawn', score: 1 }]), [undefined, undefined, undefined]);
});

test('a call shows how its model was drawn, unless anything but the draw decided', () => {
  const experiment = { arm: 'learned', propensity: 0.5, explored: false } as const;
  const drawn = { policy: 'learned', ranked: [{ model: 'lab/one' }], experiment };
  const isDrawn = (decision: RoutedCall['decision']) =>
    labelledCall({ ...call, ...(decision && { decision }) }).experiment !== undefined;
  assert.equal(isDrawn(drawn), true);
  assert.equal(isDrawn({ ...drawn, wishes: {} }), true);
  assert.equal(isDrawn({ ...drawn, wishes: { task: 'math' } }), true);
  assert.equal(isDrawn({ ...drawn, wishes: { tier: 'frontier' } }), false);
  assert.equal(isDrawn({ ...drawn, wishes: { localOnly: true } }), false);
  assert.equal(isDrawn({ ...drawn, policy: 'cascade' }), false);
  assert.equal(isDrawn({ ...drawn, ranked: [{ model: 'lab/other' }] }), false, 'a fallback answered');
  assert.equal(isDrawn({ policy: 'asked', ranked: drawn.ranked }), false);
  assert.equal(isDrawn(undefined), false);
});

test('a task that the caller named is told from a guess, and a cut answer from a whole one', () => {
  assert.equal(labelledCall(call).namedTask, undefined);
  assert.equal(labelledCall({ ...call, decision: { wishes: { task: 'math' } } }).namedTask, 'math');
  assert.equal(labelledCall({ ...call, finishReason: 'end_turn' }).isCut, undefined);
  assert.equal(labelledCall({ ...call, finishReason: 'MAX_TOKENS' }).isCut, true);
});
