import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedOutcome, RouterStore } from '../core/router-store.ts';
import { learnedRouting } from './learned-routing.ts';

const outcome = (n: number, more: Partial<RoutedOutcome> = {}): RoutedOutcome => ({
  id: `o${String(n).padStart(6, '0')}`,
  callId: `req_${n}`,
  at: 1_000,
  kind: 'feedback',
  score: 0,
  source: 'key',
  keyId: 'key',
  model: 'lab/one',
  tags: [],
  ...more,
});

/** A database that holds outcomes and no snapshot. */
function holding(rows: readonly RoutedOutcome[]): RouterStore {
  return {
    outcomes: async ({ since, after, limit }) =>
      rows
        .filter(
          ({ at, id }) => at >= since && (!after || at > after.at || (at === after.at && id > after.id)),
        )
        .slice(0, limit),
    labelled: async () => [],
    addSnapshot: async () => true,
    snapshots: async () => [],
    snapshot: async () => undefined,
    pinned: async () => undefined,
    pin: async () => undefined,
  };
}

test('however many outcomes come at one moment, all of them are learned', async () => {
  const rows = Array.from({ length: 2_500 }, (_, n) => outcome(n));
  // The last ones speak of another model: who stops at the first page never hears of it.
  const late = Array.from({ length: 200 }, (_, n) => outcome(5_000 + n, { model: 'lab/two' }));
  const learned = learnedRouting({
    store: holding([...rows, ...late]),
    now: () => 1_000,
    warn: (message) => assert.fail(message),
  });
  await learned.refresh();
  await learned.refresh();
  const { mean, weight } = learned.state.learner.estimate({ model: 'lab/two', base: 0.9 });
  assert.ok(mean < 0.4, `${mean}`);
  assert.ok(weight > 100 && weight <= 200, 'each is learned once');
});
