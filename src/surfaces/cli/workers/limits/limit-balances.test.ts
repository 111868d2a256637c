import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DividedLimit } from '../../../../core/limit-exchange.ts';
import { LimitBalances, type Permits } from './limit-balances.ts';

const concurrency: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 10 };
const rpm: DividedLimit = { deployment: 'lab/m', kind: 'rpm', of: 10 };

test('every place begins with its share, and moving permits changes no total', () => {
  const balances = new LimitBalances(3);
  const held = () => [0, 1, 2].map((place) => balances.held(place, concurrency));
  const total = () => held().reduce((sum, permits) => sum + permits, 0);
  assert.equal(total(), 10);
  const [before = 0] = held();
  balances.move(0, 2, { limit: concurrency, permits: 2 });
  assert.equal(held()[0], before - 2);
  assert.equal(total(), 10);
  assert.deepEqual(balances.received(0), [{ limit: concurrency, permits: -2 }]);
  assert.deepEqual(balances.received(1), []);
});

test('permits of a minute rest after the death of a worker, places for concurrent calls do not', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const balances = new LimitBalances(2);
  for (const limit of [rpm, concurrency]) balances.update(0, limit);
  const rested: Permits[] = [];
  balances.rest(0, (permits) => rested.push(permits));
  assert.deepEqual([balances.held(0, rpm), balances.held(0, concurrency)], [0, 5]);
  assert.ok(balances.restsForMs(rpm) > 60_000);
  assert.equal(balances.restsForMs(concurrency), Infinity);
  t.mock.timers.tick(61_000);
  assert.deepEqual(rested, [{ limit: rpm, permits: 5 }]);
  assert.equal(balances.held(0, rpm), 5);
  assert.equal(balances.restsForMs(rpm), Infinity);
});
