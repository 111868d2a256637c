import assert from 'node:assert/strict';
import { requestFeatures } from '../../../test/support/request-features.ts';
import { test } from 'node:test';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { healthy, sampleCandidates, ordinary } from '../../../test/support/policy-candidates.ts';
import type { Policy } from '../../core/routing/plan/plan.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { learnedRouting } from './learned-routing.ts';
import { learningPolicy } from './learning-policy.ts';

/** A policy that sends everything to one of the sample candidates. */
const always = (name: string, at: number): Policy => ({
  name,
  plan: (_features, candidates) => ({
    steps: [{ candidates: candidates.toSpliced(at, 1).toSpliced(0, 0, ...candidates.slice(at, at + 1)) }],
    reason: name,
  }),
});

const store = {
  outcomes: async () => [],
  calls: async () => [],
  addSnapshot: async () => true,
  snapshots: async () => [],
  snapshot: async () => undefined,
  pinned: async () => undefined,
  pin: async () => undefined,
};

test('a critical call is no experiment, and takes the safe way if learned choices did worse', () => {
  const learned = learnedRouting({ store, now: () => 0, warn: (message) => assert.fail(message) });
  const policy = learningPolicy(always('learned', 0), {
    learned,
    guard: always('guard', 3),
    random: () => 0,
  });
  const critical = requestFeatures({ work: { tags: ['critical'] } });
  const plan = () => policy.plan(critical, sampleCandidates, healthy);
  assert.deepEqual([plan().steps[0]?.candidates[0], plan().experiment], [sampleCandidates[0], undefined]);
  for (let n = 0; n < 60; n += 1) {
    learned.state.guard.record('learned', { score: 0, keyId: `key ${n % 3}` });
    learned.state.guard.record('guard', { score: 1, keyId: `key ${n % 3}` });
  }
  assert.deepEqual([plan().steps[0]?.candidates[0], plan().experiment], [sampleCandidates[3], undefined]);
  assert.match(plan().reason, /recently did worse/);
});

test("the propensity is the chance of arm and choice together, so weighting one arm's rows by it gives a model's value", () => {
  const learned = learnedRouting({ store, now: () => 0, warn: (message) => assert.fail(message) });
  const random = seededRandom(4);
  // Both arms would choose the same model.
  const policy = learningPolicy(always('learned', 3), { learned, guard: always('guard', 3), random });
  const calls = 40_000;
  const seen = new Map<string, { propensity: number; times: number }>();
  for (let n = 0; n < calls; n += 1) {
    const { steps, experiment } = policy.plan(ordinary, sampleCandidates, healthy);
    assert.ok(experiment);
    const { arm, propensity } = experiment;
    const what = `${arm} ${steps[0]?.candidates[0]?.model.id}`;
    seen.set(what, { propensity, times: (seen.get(what)?.times ?? 0) + 1 });
  }
  for (const [what, { propensity, times }] of seen)
    assert.ok(Math.abs(times / calls - propensity) < 0.005, `${what}: ${times} of ${calls}, ${propensity}`);
  const usual = seen.get('learned openai/gpt');
  assert.equal(usual?.propensity, 0.931);
  assert.ok(Math.abs(usual.times / usual.propensity / calls - 1) < 0.01, 'as if each call had gone there');
  assert.equal(seen.get('guard openai/gpt')?.propensity, 0.02);
});

test('tries candidates that might be better and no others, on estimates of all candidates at once', () => {
  const learned = learnedRouting({ store, now: () => 0, warn: (message) => assert.fail(message) });
  const policy = learningPolicy(always('learned', 3), {
    learned,
    guard: always('guard', 3),
    random: () => 0.021,
  });
  const known = learned.qualityOf({ tags: [] });
  const planned = (ofAll: boolean) => {
    const quality = ofAll ? known : { of: known.of };
    return policy.plan(requestFeatures({ quality }), sampleCandidates, healthy);
  };
  const [together, oneByOne] = [planned(true), planned(false)];
  assert.equal(together.experiment?.explored, true);
  assert.deepEqual(together.experiment, oneByOne.experiment);
  assert.deepEqual(
    together.steps[0]?.candidates.map(({ model }) => model.id),
    oneByOne.steps[0]?.candidates.map(({ model }) => model.id),
  );
});

test('later turns of a conversation are no experiment, whichever arm its first turn drew', () => {
  const learned = learnedRouting({ store, now: () => 0, warn: (message) => assert.fail(message) });
  const usual = always('learned', 0);
  const policy = learningPolicy(usual, { learned, guard: always('guard', 3), random: seededRandom(4) });
  const conversation = { model: 'anthropic/sonnet', warmTokens: 900 };
  const plans = (features: RequestFeatures) =>
    Array.from({ length: 500 }, () => policy.plan(features, sampleCandidates, healthy));
  for (const { steps, experiment } of plans(requestFeatures({ conversation }))) {
    assert.equal(steps[0]?.candidates[0], sampleCandidates[0]);
    assert.equal(experiment, undefined);
  }
  const begun = plans(ordinary).map(({ experiment }) => experiment);
  assert.ok(begun.some((experiment) => experiment?.arm === 'guard'));
  assert.ok(begun.some((experiment) => experiment?.explored));
  for (let n = 0; n < 60; n += 1) {
    learned.state.guard.record('learned', { score: 0, keyId: `key ${n % 3}` });
    learned.state.guard.record('guard', { score: 1, keyId: `key ${n % 3}` });
  }
  for (const { steps, experiment } of plans(requestFeatures({ conversation })))
    assert.deepEqual([steps[0]?.candidates[0], experiment], [sampleCandidates[3], undefined]);
});
