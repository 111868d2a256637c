import assert from 'node:assert/strict';
import { requestFeatures } from '../../test/support/request-features.ts';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  candidate,
  costing,
  healthy,
  sampleCandidates,
  ordinary,
} from '../../test/support/policy-candidates.ts';
import type { RequestFeatures } from '../core/routing/request/request-features.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate, Deployment } from '../core/deployment.ts';
import { taskTypes, tiers } from '../core/task.ts';
import { policies } from './index.ts';

const anyCandidate = (at: number) =>
  fc
    .record({
      tier: fc.constantFrom(undefined, ...tiers),
      family: fc.constantFrom('claude', 'gpt', 'gemini', 'deepseek', 'llama'),
      usd: fc.constantFrom(undefined, 0, 0.1, 3, 15),
      local: fc.boolean(),
    })
    .map(({ tier, family, usd, local }) =>
      candidate(`p${at}/m`, {
        family,
        local,
        ...(tier && { tier }),
        ...(usd !== undefined && { price: costing(usd) }),
      }),
    );
const anyCandidates = fc
  .integer({ min: 1, max: 12 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyCandidate(at))));
const anyFeatures: fc.Arbitrary<RequestFeatures> = fc
  .record(
    {
      task: fc.constantFrom(...taskTypes),
      tier: fc.constantFrom(...tiers),
      difficulty: fc.double({ min: 0, max: 1, noNaN: true }),
      localOnly: fc.boolean(),
      tags: fc.subarray(['critical', 'sensitive', 'sql', 'other']),
      authorFamily: fc.constantFrom('claude', 'gpt'),
    },
    { requiredKeys: [] },
  )
  .map(({ tier, localOnly, authorFamily, ...work }) =>
    requestFeatures({
      asked: { tier, localOnly },
      work,
      ...(authorFamily && { conversation: { authorFamily } }),
    }),
  );

for (const policy of policies) {
  describe(`the policy ${policy.name}`, () => {
    test('ranks the candidates, adds none, and gives a reason', () => {
      fc.assert(
        fc.property(anyFeatures, anyCandidates, (features, candidates) => {
          const { steps, reason } = policy.plan(features, candidates, healthy);
          assert.ok(steps.length > 0 && reason.length > 0 && !reason.includes('undefined'));
          for (const step of steps) {
            assert.ok(step.candidates.length > 0);
            assert.ok(step.candidates.every((one) => candidates.includes(one)));
            assert.equal(new Set(step.candidates).size, step.candidates.length);
          }
          // The last step of every plan holds all candidates: a single outage never ends a call.
          assert.equal(steps.at(-1)?.candidates.length, candidates.length);
          assert.equal(steps.at(-1)?.acceptance, undefined);
        }),
      );
    });

    test('decides the same way whatever the order of the candidates', () => {
      const first = (among: readonly Candidate[]) => policy.plan(ordinary, among, healthy);
      assert.deepEqual(first(sampleCandidates.toReversed()), first(sampleCandidates));
    });

    test('prefers a healthy candidate to a broken one of the same kind', () => {
      const twins = ['a/one', 'b/two'].map((id) =>
        candidate(id, { tier: 'workhorse', family: 'x', price: costing(1) }),
      );
      const stats = { of: ({ id }: Deployment) => ({ healthy: id !== 'a/one', inFlight: 0 }) };
      const { steps } = policy.plan(ordinary, twins, stats);
      assert.equal(steps.at(-1)?.candidates[0]?.model.id, 'b/two');
    });
  });
}

test('by weights, what all candidates have in common decides nothing', () => {
  const weighted = policies.find(({ name }) => name === 'weighted') ?? assert.fail('no such policy');
  const alike = { tier: 'workhorse', price: costing(3) } as const;
  const [slow, quick] = [candidate('a/slow', alike), candidate('b/quick', alike)];
  const stats: Stats = {
    of: ({ id }) => ({ healthy: true, inFlight: 0, firstByteMs: id === slow.deployment.id ? 900 : 100 }),
  };
  const { steps } = weighted.plan(ordinary, [slow, quick], stats);
  assert.deepEqual(steps[0]?.candidates, [quick, slow]);
});
