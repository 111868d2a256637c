import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import fc from 'fast-check';
import { healthy, sampleCandidates } from '../../test/support/policy-candidates.ts';
import { tiers } from '../core/task.ts';
import { policies } from './index.ts';
import { policyFinder } from './policy-for.ts';

const policyFor = policyFinder((policy) => policy);
const planned = (features: SetFeatures, candidates = sampleCandidates) => {
  const whole = requestFeatures(features);
  return policyFor(whole).plan(whole, candidates, healthy);
};
const asked = fc.record({
  policy: fc.constantFrom(...policies.filter(({ name }) => name !== 'cascade').map(({ name }) => name)),
  mode: fc.constantFrom(undefined, 'economy' as const, 'balanced' as const, 'best' as const),
  tier: fc.constantFrom(...tiers),
  left: fc.subarray([...sampleCandidates], { minLength: 1 }),
});

test('every policy honours the requested tier and keeps all other candidates as fallbacks', () => {
  fc.assert(
    fc.property(asked, ({ policy, mode, tier, left }) => {
      const preferences = { policy, ...(policy === 'learned' && mode && { mode }) };
      const [step] = planned({ asked: { tier }, preferences }, left).steps;
      assert.deepEqual(new Set(step?.candidates), new Set(left));
      const some = left.some(({ model }) => model.tier === tier);
      if (some) assert.equal(step?.candidates[0]?.model.tier, tier, policy);
    }),
  );
});

test('the policy chooses within the tier, and the reason names the tier', () => {
  const cheapest = planned({ asked: { tier: 'frontier' }, preferences: { policy: 'cost' } });
  assert.equal(cheapest.steps[0]?.candidates[0]?.model.id, 'google/pro');
  assert.match(cheapest.reason, /\(tier frontier\)$/);
  const economy = sampleCandidates.filter(({ model }) => model.tier === 'economy');
  const nobody = planned({ asked: { tier: 'frontier' }, preferences: { mode: 'best' } }, economy);
  assert.match(nobody.reason, /\(tier economy; frontier was wanted\)$/);
});

test('a local model of the requested tier follows the others of it, however cheap it is, and precedes other tiers', () => {
  for (const policy of ['tiered', 'cost', 'latency', 'weighted', 'learned']) {
    const [step] = planned({ asked: { tier: 'economy' }, preferences: { policy } }).steps;
    const tail = step?.candidates.slice(3).map(({ model }) => [model.local, model.tier]);
    assert.deepEqual(tail?.[0], [true, 'economy'], policy);
    assert.deepEqual(tail?.[1], [false, 'workhorse'], policy);
  }
});

test('if only a local model has the tier that is asked for, it answers; if only a tool prefers that tier, it does not', () => {
  const left = sampleCandidates.filter(({ model }) => model.local || model.tier === 'workhorse');
  for (const policy of ['tiered', 'cost', 'latency', 'weighted', 'learned', 'cascade']) {
    const asked = { model: 'auto:economy', tier: 'economy' as const };
    const plan = planned({ asked, preferences: { policy } }, left);
    assert.equal(plan.steps[0]?.candidates[0]?.model.id, 'ollama/llama', policy);
    assert.equal(plan.warnings, undefined, policy);
    assert.doesNotMatch(plan.reason, /wanted|nearest/, policy);
    const preferred = { asked: { ...asked, model: 'auto' }, preferences: { policy }, work: { tool: 'chat' } };
    assert.equal(planned(preferred, left).steps[0]?.candidates[0]?.model.local, false, policy);
  }
});

test('a tier that is missing is missed if the caller asked for it, and not if a tool only prefers it', () => {
  const economy = sampleCandidates.filter(({ model }) => model.tier === 'economy');
  const warnings = (model: string, tool?: string) =>
    planned(
      { asked: { model, tier: 'frontier' }, work: { ...(tool && { tool }) } },
      economy,
    ).warnings?.join();
  const missing = /^no frontier model can serve this call, so .* \(economy\) is asked$/;
  assert.match(warnings('auto') ?? '', missing);
  assert.match(warnings('auto:frontier', 'chat') ?? '', missing);
  assert.equal(warnings('auto', 'chat'), undefined);
});

test('a requested tier replaces a merely preferred cascade; a cascade that the call names ends in that tier', () => {
  const preferred = planned({
    asked: { tier: 'frontier' },
    preferences: { policy: 'cascade' },
    work: { task: 'math' },
  });
  assert.equal(preferred.steps.length, 1);
  assert.equal(preferred.steps[0]?.candidates[0]?.model.tier, 'frontier');
  const named = planned({ asked: { tier: 'workhorse', policy: 'cascade' }, work: { task: 'math' } });
  assert.equal(named.steps[0]?.candidates[0]?.model.tier, 'economy');
  assert.equal(named.steps.at(-1)?.candidates[0]?.model.tier, 'workhorse');
});

test('a rule overrides the tier that a caller asks for, with a warning', () => {
  const preferences = { rules: [{ name: 'thrift', when: {}, use: ['economy'] }] };
  const plan = planned({ asked: { tier: 'frontier' }, preferences });
  assert.equal(plan.steps[0]?.candidates[0]?.model.tier, 'economy');
  assert.deepEqual(plan.warnings, [
    `thrift sends this call to ${plan.steps[0]?.candidates[0]?.model.id}: the requested tier frontier has no effect`,
  ]);
  assert.equal(planned({ asked: { tier: 'economy' }, preferences }).warnings, undefined);
});
