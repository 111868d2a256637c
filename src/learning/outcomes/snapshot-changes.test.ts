import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoutedOutcome } from '../../core/stores/router-store.ts';
import { routerHistory } from './router-history.ts';
import { snapshotChanges } from './snapshot-changes.ts';

const bad = (model: string, n: number): RoutedOutcome => ({
  id: `${model}${n}`,
  callId: `${model}${n}`,
  at: n,
  kind: 'feedback',
  score: 0,
  source: 'key',
  keyId: 'key',
  model,
  tags: [],
});

test('chances are compared with what was known of each model before', async () => {
  const [before, after] = [routerHistory(), routerHistory()];
  await after.add(['lab/big', 'lab/small'].flatMap((model) => [1, 2, 3].map((n) => bad(model, n))));
  const priorOf = (model: string) => ({ base: model === 'lab/big' ? 0.9 : 0.6, lean: 0, counts: 30 });
  const changes = snapshotChanges({ before, after, priorOf, at: 3 });
  const ofModel = (name: string) => changes.find(({ model, task }) => model === name && task === undefined);
  for (const [name, prior] of [
    ['lab/big', 0.9],
    ['lab/small', 0.6],
  ] as const) {
    const change = ofModel(name);
    assert.equal(change?.before.toFixed(3), prior.toFixed(3), name);
    assert.ok((change?.after ?? 1) < prior, name);
  }
});
