import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleCandidates } from '../../../../test/support/policy-candidates.ts';
import { planPath } from './plan-path.ts';

test('a plan whose steps begin with one model names it once', () => {
  const [opus, sonnet] = sampleCandidates;
  assert.ok(opus && sonnet);
  const steps = [sonnet, sonnet, opus].map((candidate) => ({ candidates: [candidate] }));
  assert.equal(planPath({ steps }), 'anthropic/sonnet, then anthropic/opus');
});
