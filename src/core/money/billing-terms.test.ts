import assert from 'node:assert/strict';
import { test } from 'node:test';
import { billingTerms } from './billing-terms.ts';

test('words for a provider’s ordinary service are no billing terms, in whatever case they are written', () => {
  for (const word of [
    'auto',
    'default',
    'standard',
    'standard_only',
    'on_demand',
    'global',
    'not_available',
    'unspecified',
    'traffic_type_unspecified',
    'service_tier_unspecified',
  ]) {
    const capitalised = `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
    for (const written of [word, word.toUpperCase(), capitalised]) {
      assert.deepEqual(billingTerms({ service_tier: written }), [], written);
    }
  }
  assert.deepEqual(billingTerms({ service_tier: '', traffic_type: null, tier: undefined, speed: 1 }), []);
});

test('every other word is a billing term, in lower case', () => {
  assert.deepEqual(billingTerms({ service_tier: 'Flex', traffic_type: 'ON_DEMAND', speed: 'fast' }), [
    'service_tier=flex',
    'speed=fast',
  ]);
});
