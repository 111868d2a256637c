import assert from 'node:assert/strict';
import type { DialectId } from '../../core/wire/content.ts';
import { requestFeatures, type SetFeatures } from '../../../test/support/request-features.ts';
import { test } from 'node:test';
import { candidate, costing } from '../../../test/support/policy-candidates.ts';
import { isPriceUnknown, withKnownPrices } from './known-prices.ts';

test('only a key with a bounded cost goes without models of unknown price', () => {
  const plan = {
    steps: [{ candidates: [candidate('lab/unpriced'), candidate('lab/one', { price: costing(1) })] }],
    reason: '',
  };
  const kept = (boundedCost: boolean) =>
    withKnownPrices({
      call: { principal: { boundedCost } },
      plan,
      features: requestFeatures(),
    }).plan.steps.map(({ candidates }) => candidates.map(({ model }) => model.id));
  assert.deepEqual(kept(true), [['lab/one']]);
  assert.deepEqual(kept(false), [['lab/unpriced', 'lab/one']]);
});

test('if a provider may choose any of its models, those of unknown price do not count', () => {
  const at = () => [candidate('lab/unpriced').model];
  for (const isAny of [true, false]) {
    const features: SetFeatures = {
      request: { furtherModels: { field: 'models', dialect: 'openai-chat', isAny, answer: 0, at } },
    };
    assert.equal(isUnknown('lab/one', { price: costing(1) }, features), !isAny);
  }
});

const isUnknown = (id: string, model: Parameters<typeof candidate>[1], features: SetFeatures) => {
  const one = candidate(id, model);
  const endpoints = [{ dialect: 'openai-chat' as const, baseUrl: 'http://lab' }];
  const asked = { ...one, deployment: { ...one.deployment, endpoints } };
  return isPriceUnknown({
    plan: { steps: [{ candidates: [asked] }], reason: '' },
    features: requestFeatures(features),
  });
};

test('audio, a search or another tool of the provider makes the price unknown if it has none of its own', () => {
  const price = costing(1);
  const audioApart = true;
  const spoken: SetFeatures = { request: { isSpoken: true } };
  assert.equal(isUnknown('lab/one', { price, audioApart }, spoken), true);
  assert.equal(isUnknown('lab/one', { price: { ...price, outputAudio: 5 }, audioApart }, spoken), false);
  const heard: SetFeatures = { request: { needs: ['audio'] } };
  assert.equal(isUnknown('lab/one', { price, audioApart }, heard), true);
  assert.equal(isUnknown('lab/one', { price }, heard), false, 'one price for all input');
  assert.equal(isUnknown('lab/one', { price: { ...price, inputAudio: 5 }, audioApart }, heard), false);
  assert.equal(isUnknown('ollama/one', { price, local: true, audioApart }, heard), false);
  const using = (term: string, clientDialect = 'openai-chat' as DialectId): SetFeatures => ({
    request: { billedApart: [term], clientDialect },
  });
  assert.equal(isUnknown('lab/one', { price }, using('web_search')), true);
  assert.equal(isUnknown('lab/one', { price: { ...price, webSearch: 5 } }, using('web_search')), false);
  assert.equal(isUnknown('lab/one', { price: { ...price, webSearch: 5 } }, using('code_interpreter')), true);
  assert.equal(
    isUnknown('lab/one', { price }, using('web_search', 'google-generate')),
    false,
    'not sent there',
  );
});

test('a service tier without a published price makes the price unknown, except on a local server', () => {
  const priority: SetFeatures = {
    request: { billingTerms: ['service_tier=priority'], clientDialect: 'openai-chat' },
  };
  assert.equal(isUnknown('lab/one', { price: costing(1) }, priority), true);
  assert.equal(isUnknown('ollama/one', { price: costing(0), local: true }, priority), false);
  assert.equal(isUnknown('lab/one', { price: costing(1) }, {}), false);
  assert.equal(isUnknown('lab/one', {}, {}), true);
});
