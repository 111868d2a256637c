import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubtsOfPreferences } from './policy-for.ts';

test('weights beside a policy that ignores them are doubted', () => {
  const weights = { quality: 1, cost: 3, latency: 0 };
  assert.deepEqual(doubtsOfPreferences({ policy: 'weighted', weights }), []);
  assert.deepEqual(doubtsOfPreferences({ policy: 'tiered' }), []);
  for (const [preferences, policy] of [
    [{ weights }, 'tiered'],
    [{ mode: 'best', weights }, 'learned'],
    [{ policy: 'cost', weights }, 'cost'],
  ] as const)
    assert.match(
      doubtsOfPreferences(preferences).join(),
      new RegExp(`weights: the policy ${policy} ignores them`),
    );
});
