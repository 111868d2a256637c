import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate, costing } from '../../../test/support/policy-candidates.ts';
import { isPriceUnknown } from './known-prices.ts';

const isUnknown = (id: string, model: Parameters<typeof candidate>[1], features: SetFeatures) => {
  const one = candidate(id, model);
  const endpoints = [{ dialect: 'openai-chat' as const, baseUrl: 'http://lab' }];
  const asked = { ...one, deployment: { ...one.deployment, endpoints } };
  return isPriceUnknown({
    plan: { steps: [{ candidates: [asked] }], reason: '' },
    features: requestFeatures(features),
  });
};

test('a service tier without a published price makes the price unknown, except on a local server', () => {
  const priority: SetFeatures = {
    request: { billingTerms: ['service_tier=priority'], clientDialect: 'openai-chat' },
  };
  assert.equal(isUnknown('lab/one', { price: costing(1) }, priority), true);
  assert.equal(isUnknown('ollama/one', { price: costing(0), local: true }, priority), false);
  assert.equal(isUnknown('lab/one', { price: costing(1) }, {}), false);
  assert.equal(isUnknown('lab/one', {}, {}), true);
});
