import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DividedLimit } from '../../../../core/limit-exchange.ts';
import { WaitingPlaces } from './waiting-places.ts';

const limit: DividedLimit = { deployment: 'lab/m', kind: 'concurrency', of: 10 };
const other: DividedLimit = { ...limit, kind: 'rpm' };

test('the place that has waited longest for a limit comes first, and asking again does not move it back', () => {
  const waiting = new WaitingPlaces();
  for (const place of [2, 0, 1, 2]) waiting.add(place, limit);
  waiting.add(3, other);
  assert.equal(waiting.firstBesides(2, limit), 0);
  assert.equal(waiting.takeFirst(limit), 2);
  waiting.remove(0);
  assert.deepEqual(
    [...waiting],
    [
      { place: 1, limit },
      { place: 3, limit: other },
    ],
  );
  assert.equal(waiting.takeFirst(limit), 1);
  assert.equal(waiting.takeFirst(limit), undefined);
});
