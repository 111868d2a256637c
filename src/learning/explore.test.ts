import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from './seeded-random.ts';
import { explore } from './explore.ts';
import { guardArm } from './guard-arm.ts';

const ranked = ['best', 'maybe', 'hopeless', 'perhaps'] as const;
const plausible = (candidate: string) => candidate !== 'hopeless';

test('tries another one as often as it says, and the logged chances are the true ones', () => {
  const random = seededRandom(1);
  const counts = new Map<string, number>();
  const propensities = new Map<string, number>();
  for (let at = 0; at < 40_000; at++) {
    const { chosen, propensity } = explore(ranked, { plausible, random, rate: 0.04 });
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

test('a critical call is never an experiment, and no rate goes over one in twenty', () => {
  const always = () => 0;
  assert.deepEqual(explore(ranked, { plausible, random: always, critical: true }), {
    chosen: 'best',
    propensity: 1,
    explored: false,
  });
  assert.equal(explore(ranked, { plausible, random: () => 0.06, rate: 1 }).chosen, 'best');
  assert.equal(explore(['only'], { plausible, random: always }).propensity, 1);
});

test('learned choices that do worse than the guard lose their calls, and get them back when they recover', () => {
  const random = seededRandom(2);
  const arms = guardArm();
  const play = (calls: number, quality: { learned: number; guard: number }) => {
    let learned = 0;
    for (let at = 0; at < calls; at++) {
      const { arm } = arms.next(random);
      learned += Number(arm === 'learned');
      arms.record(arm, random() < quality[arm] ? 1 : 0);
    }
    return learned / calls;
  };
  assert.ok(play(3000, { learned: 0.85, guard: 0.8 }) > 0.95);
  assert.equal(arms.tripped, false);
  play(1500, { learned: 0.3, guard: 0.8 });
  assert.equal(arms.tripped, true);
  assert.ok(play(500, { learned: 0.3, guard: 0.8 }) < 0.1);
  play(60_000, { learned: 0.9, guard: 0.8 });
  assert.equal(arms.tripped, false);
  assert.deepEqual(guardArm(arms.snapshot()).tripped, false);
});
