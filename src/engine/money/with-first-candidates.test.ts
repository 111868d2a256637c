import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Model } from '../../core/model.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { Plan } from '../../core/routing/plan/plan.ts';
import type { ModelChoice } from '../route.ts';
import { withFirstCandidates } from './with-first-candidates.ts';

test('an open choice tries its first sixteen models, and the first of every provider', () => {
  const many = Array.from({ length: 30 }, (_, at) => candidate('big', `m${at}`));
  const tried = triedIds([...many, candidate('other', 'last'), candidate('other', 'least')]);
  assert.deepEqual(tried, [...many.slice(0, 15).map(({ model }) => model.id), 'other/last']);
  const providers = Array.from({ length: 40 }, (_, at) => candidate(`p${at}`, 'm'));
  assert.equal(triedIds(providers).length, 40);
});

test('every deployment of a tried model is tried, and a list from the caller is not cut', () => {
  const keys = Array.from({ length: 30 }, () => candidate('big', 'm'));
  assert.equal(triedIds(keys).length, 30);
  const listed = Array.from({ length: 30 }, (_, at) => candidate('big', `m${at}`));
  assert.equal(triedIds(listed, { isListed: true }).length, 30);
});

function triedIds(candidates: Candidate[], { isListed = false } = {}): string[] {
  const choice: ModelChoice = { kind: 'open', localOnly: false, isListed, warnings: [] };
  const plan: Plan = { steps: [{ candidates }], reason: '' };
  return withFirstCandidates({ choice, plan }).plan.steps.flatMap((step) =>
    step.candidates.map(({ model }) => model.id),
  );
}

function candidate(provider: string, name: string): Candidate {
  const model: Model = {
    id: `${provider}/${name}`,
    provider,
    name,
    family: name,
    capabilities: {},
    strengths: [],
    weaknesses: [],
    local: false,
  };
  const served: Candidate['deployment']['provider'] = {
    id: provider,
    name: provider,
    dialects: [],
    auth: 'none',
    keyVariables: [],
    quirks: {},
    local: false,
  };
  return {
    model,
    deployment: { id: model.id, provider: served, endpoints: [], weight: 1, simulated: false },
  };
}
