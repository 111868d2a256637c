import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { explore } from './explore.ts';

const candidates = ['best', 'maybe', 'hopeless', 'perhaps'];
const plausible = (candidate: string) => candidate !== 'hopeless';

test('explores at the given rate, and logs the true propensities', () => {
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  const propensities = new Map<string, number>();
  for (let at = 0; at < 40_000; at++) {
    const { chosen, propensity } = explore('best', candidates, { plausible, random, rate: 0.04 });
    counts.set(chosen, (counts.get(chosen) ?? 0) + 1);
    propensities.set(chosen, propensity);
  }
  assert.deepEqual([...propensities.keys()].sort(), ['best', 'maybe', 'perhaps']);
  assert.equal(
    [...propensities.values()].reduce((sum, one) => sum + one, 0),
    1,
  );
  for (const [name, count] of counts)
    assert.ok(Math.abs(count / 40_000 - (propensities.get(name) ?? 0)) < 0.005);
});

test('a critical call is never an experiment, and no rate exceeds one in twenty', () => {
  const always = () => 0;
  assert.deepEqual(explore('best', candidates, { plausible, random: always, critical: true }), {
    chosen: 'best',
    propensity: 1,
    explored: false,
  });
  assert.equal(explore('best', candidates, { plausible, random: () => 0.06, rate: 1 }).chosen, 'best');
  assert.equal(explore('only', ['only'], { plausible, random: always }).propensity, 1);
});
