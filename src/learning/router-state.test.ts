import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedOutcome } from '../core/router-store.ts';
import { routerState } from './router-state.ts';

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

test('a cascade that asks further without need learns of it: who was rejected and said the same was right too', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.75);
  for (let n = 0; n < 200; n += 1) state.learn(said(n, 1, [{ chance: 0.75, agrees: true }]));
  assert.ok(state.calibration.calibrated(0.75) > before + 0.1);
});

test('who was rejected and said otherwise than a good answer was wrong; beside a bad answer nobody knows', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.75);
  for (let n = 0; n < 100; n += 1) state.learn(said(n, 0, [{ chance: 0.75, agrees: false }]));
  assert.equal(state.calibration.calibrated(0.75), before);
  for (let n = 0; n < 100; n += 1) state.learn(said(n, 1, [{ chance: 0.75, agrees: false }]));
  assert.ok(state.calibration.calibrated(0.75) < before - 0.1);
});

test('only the word of a person sets a threshold right: what we conclude ourselves must not confirm our own choices', () => {
  const state = routerState();
  const before = state.calibration.calibrated(0.96);
  for (let n = 0; n < 100; n += 1)
    state.learn({ ...said(n, 0, [{ chance: 0.96, agrees: true }]), kind: 'asked-again' });
  assert.equal(state.calibration.calibrated(0.96), before);
});
