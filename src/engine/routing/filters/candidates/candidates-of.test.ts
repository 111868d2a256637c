import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate } from '../../../../../test/support/policy-candidates.ts';
import { Secret } from '../../../../core/credential.ts';
import type { Deployment } from '../../../../core/deployment.ts';
import { candidatesOf } from './candidates-of.ts';

const sampleCandidates = ['openai/gpt', 'lab/llama'].map((id) => candidate(id));
const models = sampleCandidates.map(({ model }) => model);
const price = { input: 7, output: 8 };

const deploymentsOf = ({ id }: { readonly id: string }): Deployment[] => {
  const { deployment } = sampleCandidates.find(({ model }) => model.id === id) ?? {};
  return deployment ? [deployment, { ...deployment, id: `${deployment.id} resold`, price }] : [];
};
const engine = {
  deploymentsOf,
  dialects: new Map(),
  catalogue: {
    models: () => models,
    get: () => undefined,
    names: () => [],
    lists: () => true,
    resolve: () => assert.fail('no name is looked up'),
  },
};
const call = {
  request: { model: 'auto', stream: false, messages: [] },
  principal: { keyId: 'k', name: 'k', boundedCost: false, admin: false },
  surface: 'http',
  tags: [],
  limits: {},
  signal: new AbortController().signal,
  traceId: 't',
} as const;

test('a model at a deployment is the same object in every call, also if the caller brings a key or a list', () => {
  const callerKeys = new Map([['openai', new Secret('theirs')]]);
  const modelsOf = (list: typeof models, more: object = {}) =>
    candidatesOf(engine, list, { ...call, ...more }).candidates.map(({ model }) => model);
  const withKey = modelsOf(models, { callerKeys });
  const again = modelsOf(models, { callerKeys: new Map(callerKeys) });
  again.forEach((model, at) => assert.equal(model, withKey[at]));
  const [first, second] = modelsOf([...models]);
  assert.equal(first, withKey[0]);
  assert.equal(second?.price?.input, price.input);
  assert.ok(modelsOf(models).includes(second ?? assert.fail()));
});
