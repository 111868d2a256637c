import assert from 'node:assert/strict';
import { test } from 'node:test';
import { afterAnswer, afterRefusal, type LearnedConcurrency } from './learned-concurrency.ts';

/** A provider that accepts a number of concurrent calls, asked for as many as are believed to be allowed. */
function crowd(takes: () => number, known?: LearnedConcurrency) {
  const state = { at: 1_000_000, known, refusals: 0 };
  /** Simulates a second of answers that take a second each, with an unlimited number of callers. */
  function second(): void {
    for (let answered = 0; answered < takes(); answered += 1) {
      state.at += 1_000 / takes();
      const limit = Math.floor(state.known?.limit ?? Infinity);
      state.known = afterAnswer(state.known, Math.min(limit, takes()), state.at);
      const asked = Math.floor(state.known?.limit ?? Infinity);
      if (asked <= takes()) continue;
      state.refusals += 1;
      state.known = afterRefusal(state.known, takes(), state.at);
    }
  }
  return {
    state,
    pass(seconds: number) {
      for (let i = 0; i < seconds; i += 1) second();
    },
  };
}

const learned = (limit: number) => afterRefusal(undefined, limit, 1_000_000);

test('a constant limit is tested more and more rarely, in the end at most four times a minute', () => {
  const { state, pass } = crowd(() => 100, learned(100));
  pass(60);
  assert.ok(state.refusals <= 7, `${state.refusals} refusals in the first minute`);
  const before = state.refusals;
  pass(60);
  assert.ok(state.refusals - before <= 4, `${state.refusals - before} in the second`);
  assert.equal(Math.floor(state.known?.limit ?? 0), 100);
});

test('refusals that come together count as one', () => {
  let known = learned(400);
  for (let i = 0; i < 300; i += 1) known = afterRefusal(known, 399 - i, 1_000_000 + i);
  assert.deepEqual([known?.limit, known?.restMs], [100, 0]);
});

test('higher capacity of a provider is used within seconds', () => {
  let takes = 20;
  const { state, pass } = crowd(() => takes, learned(20));
  pass(10);
  takes = 200;
  for (let seconds = 0; Math.floor(state.known?.limit ?? Infinity) < 190; seconds += 1) {
    assert.ok(seconds < 30, `${state.known?.limit} after half a minute`);
    pass(1);
  }
});

test('lower capacity is noticed at once, and the former limit does not delay the next try', () => {
  const known = afterRefusal({ limit: 100, refusedAt: 0, refusedAbove: 100, restMs: 16_000 }, 40, 30_000);
  assert.deepEqual(known, { limit: 40, refusedAt: 30_000, refusedAbove: 40, restMs: 0 });
});
