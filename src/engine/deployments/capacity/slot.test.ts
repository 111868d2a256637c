import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../test/support/policy-candidates.ts';
import { LoadState } from './load-state.ts';
import { HeldSlot } from './slot.ts';

const { deployment } = candidate('d');

function slotsAt({ isOutdated = false } = {}) {
  const clock = { now: 1_000_000 };
  const state = new LoadState();
  const freed: string[] = [];
  const owner = {
    now: () => clock.now,
    isOutdated: () => isOutdated,
    slotsLost: () => void freed.push('lost'),
    slotFreed: () => void freed.push('freed'),
  };
  return { clock, state, freed, take: (tokens = 10) => new HeldSlot(owner, state, { deployment, tokens }) };
}

test('a slot counts until it is released, and is released only once', () => {
  const { state, freed, take } = slotsAt();
  const [slot] = [take(), take()];
  assert.equal(state.inFlight, 2);
  slot?.leave();
  slot?.leave();
  assert.equal(state.inFlight, 1);
  assert.deepEqual(freed, ['freed']);
});

test('an answer shows how long a slot is held; a call that broke off does not', () => {
  const { clock, state, take } = slotsAt();
  const [answered, broken] = [take(), take()];
  clock.now += 3_000;
  answered?.leave(10, 'answered');
  const { holdMs } = state;
  assert.equal(holdMs, 1_200);
  clock.now += 60_000;
  broken?.leave();
  assert.equal(state.holdMs, holdMs);
  assert.equal(state.answered, 1);
});

test('a refusal shows how many calls the provider accepts: those in progress, and those answered meanwhile', () => {
  const { state, freed, take } = slotsAt();
  const slots = Array.from({ length: 11 }, () => take());
  const refused = slots.pop();
  for (const slot of slots.splice(0, 8)) slot.leave(10, 'answered');
  refused?.leave(0, 'refused');
  assert.equal(state.learnedSlots, 10);
  assert.deepEqual(freed.slice(-2), ['lost', 'freed']);
});

test('a refusal that a spent limit explains, or of a single call, shows nothing of that', () => {
  const { state, take } = slotsAt();
  take().leave(0, 'refused');
  assert.equal(state.learnedSlots, Infinity);
  const [refused] = [take(), take()];
  state.reported.requests = { limit: 50, remaining: 0, resetsAt: Infinity, at: 0 };
  refused?.leave(0, 'refused');
  assert.equal(state.learnedSlots, Infinity);
});

test('what a former key shows is not counted', () => {
  const { clock, state, take } = slotsAt({ isOutdated: true });
  const slots = Array.from({ length: 3 }, () => take());
  clock.now += 9_000;
  slots[0]?.leave(10, 'answered');
  slots[1]?.leave(10, 'refused');
  assert.deepEqual([state.answered, state.holdMs, state.learnedSlots], [0, 1_000, Infinity]);
  assert.equal(state.inFlight, 1);
});
