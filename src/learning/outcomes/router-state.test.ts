import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { tierPrior } from '../../core/routing/success-prior.ts';
import { projectTag, routerState } from './router-state.ts';

const said = (n: number, score: number, weighed: RoutedOutcome['weighed']): RoutedOutcome => ({
  id: `${n}`,
  callId: `req_${n}`,
  at: n,
  kind: 'feedback',
  score,
  source: 'key',
  keyId: 'key',
  model: 'lab/big',
  tags: [],
  ...(weighed && { weighed }),
});

test('a project is learned separately, whatever the case of its tag', () => {
  for (const tag of ['project:red', 'Project:Red', 'PROJECT:RED'])
    assert.equal(projectTag(['sensitive', tag]), 'project:red');
  assert.equal(projectTag(['projects:red', 'project']), undefined);
});

test('a cascade learns from needless escalation: a rejected model that gave the same answer was right too', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.75);
  for (let n = 0; n < 200; n += 1) state.learn(said(n, 1, [{ chance: 0.75, agrees: true }]));
  assert.ok(state.calibration.calibrated(0.75) > before + 0.1);
});

test('a rejected answer that differs from a good one was wrong; one that differs from a bad one is unknown', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.75);
  for (let n = 0; n < 100; n += 1) state.learn(said(n, 0, [{ chance: 0.75, agrees: false }]));
  assert.equal(state.calibration.calibrated(0.75), before);
  for (let n = 0; n < 100; n += 1) state.learn(said(100 + n, 1, [{ chance: 0.75, agrees: false }]));
  assert.ok(state.calibration.calibrated(0.75) < before - 0.1);
});

test('only feedback of a person calibrates a threshold: automatic signals must not confirm our own choices', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.96);
  for (let n = 0; n < 100; n += 1)
    state.learn({ ...said(n, 0, [{ chance: 0.96, agrees: true }]), kind: 'asked-again' });
  assert.equal(state.calibration.calibrated(0.96), before);
});

const chance = (state: ReturnType<typeof routerState>, lean = 0) =>
  state.learner.estimate({ model: 'lab/big', task: 'chat', base: tierPrior('workhorse'), lean }).mean;

const outcome = (n: number, kind: string, score: number): RoutedOutcome => ({
  ...said(n, score, undefined),
  kind,
  keyId: `key ${n % 5}`,
  tier: 'workhorse',
  task: 'chat',
});

test('a model that is used a lot does not sink because some of its questions are asked again', () => {
  const state = routerState();
  for (let n = 0; n < 200; n += 1) {
    state.learn(outcome(2 * n, 'asked-again', 0));
    state.learn(outcome(2 * n + 1, 'drawn', 1));
  }
  assert.ok(Math.abs(chance(state) - chance(routerState())) < 0.02, String(chance(state)));
});

test('a model whose questions are asked again more often than its share falls behind', () => {
  const state = routerState();
  // Equal numbers of calls: the other model's questions are never asked again, and half of the drawn controls are its
  // own.
  for (let n = 0; n < 100; n += 1) {
    state.learn(outcome(2 * n, 'asked-again', 0));
    if (n % 2 === 0) state.learn(outcome(2 * n + 1, 'drawn', 1));
    else state.learn({ ...outcome(2 * n + 1, 'drawn', 1), model: 'lab/other' });
  }
  assert.ok(chance(state) < chance(routerState()) - 0.03);
});

test('an answer that conforms to its schema may still be wrong; one that violates it is wrong', () => {
  const kept = routerState();
  const broken = routerState();
  for (let n = 0; n < 300; n += 1) {
    kept.learn(outcome(n, 'schema', 1));
    broken.learn(outcome(n, 'schema', 0));
  }
  const before = chance(routerState());
  assert.ok(chance(kept) > before && chance(kept) < before + 0.05, `${before} ${chance(kept)}`);
  assert.ok(chance(broken) < before - 0.4);
});

test('a known lean of a family is where a model starts, and its own outcomes override it', () => {
  const state = routerState();
  assert.ok(Math.abs(chance(state, 0.03) - chance(state, -0.03) - 0.06) < 1e-9);
  for (let n = 0; n < 2_000; n += 1) state.learn(outcome(n, 'feedback', n % 10 < 7 ? 1 : 0));
  for (const lean of [0.03, 0, -0.03])
    assert.ok(Math.abs(chance(state, lean) - 0.7) < 0.015, `${lean}: ${chance(state, lean)}`);
});
