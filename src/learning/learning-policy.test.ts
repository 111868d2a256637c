import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthy, house, ordinary } from '../../test/support/policy-candidates.ts';
import type { Policy } from '../core/plan.ts';
import { learnedRouting } from './learned-routing.ts';
import { learningPolicy } from './learning-policy.ts';

/** Sends everything to one of the house. */
const always = (name: string, at: number): Policy => ({
  name,
  plan: (_features, candidates) => ({
    steps: [{ candidates: candidates.toSpliced(at, 1).toSpliced(0, 0, ...candidates.slice(at, at + 1)) }],
    reason: name,
  }),
});

const store = {
  outcomes: async () => [],
  labelled: async () => [],
  addSnapshot: async () => true,
  snapshots: async () => [],
  snapshot: async () => undefined,
  pinned: async () => undefined,
  pin: async () => undefined,
};

test('a critical call is no experiment, and where learned choices did worse it goes the safe way too', () => {
  const learned = learnedRouting({ store, now: () => 0, warn: (message) => assert.fail(message) });
  const policy = learningPolicy(always('learned', 0), {
    learned,
    guard: always('guard', 3),
    random: () => 0,
  });
  const critical = { ...ordinary, tags: ['critical'] };
  const plan = () => policy.plan(critical, house, healthy);
  assert.deepEqual([plan().steps[0]?.candidates[0], plan().experiment], [house[0], undefined]);
  for (let n = 0; n < 60; n += 1) {
    learned.state.guard.record('learned', { score: 0, keyId: `key ${n % 3}` });
    learned.state.guard.record('guard', { score: 1, keyId: `key ${n % 3}` });
  }
  assert.deepEqual([plan().steps[0]?.candidates[0], plan().experiment], [house[3], undefined]);
  assert.match(plan().reason, /did worse of late/);
});
