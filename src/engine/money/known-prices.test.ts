import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RequestFeatures } from '../../core/routing/plan.ts';
import { candidate, costing, ordinary } from '../../../test/support/policy-candidates.ts';
import { isPriceUnknown } from './known-prices.ts';

const isUnknown = (
  id: string,
  model: Parameters<typeof candidate>[1],
  features: Partial<RequestFeatures>,
) => {
  const one = candidate(id, model);
  const endpoints = [{ dialect: 'openai-chat' as const, baseUrl: 'http://lab' }];
  const asked = { ...one, deployment: { ...one.deployment, endpoints } };
  return isPriceUnknown({
    plan: { steps: [{ candidates: [asked] }], reason: '' },
    features: { ...ordinary, ...features },
  });
};

test('a service tier without a published price makes the price unknown, except on a local server', () => {
  const priority = { billingTerms: ['service_tier=priority'], clientDialect: 'openai-chat' } as const;
  assert.equal(isUnknown('lab/one', { price: costing(1) }, priority), true);
  assert.equal(isUnknown('ollama/one', { price: costing(0), local: true }, priority), false);
  assert.equal(isUnknown('lab/one', { price: costing(1) }, {}), false);
  assert.equal(isUnknown('lab/one', {}, {}), true);
});
