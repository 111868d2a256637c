import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRow } from '../../core/stores/ledger.ts';
import { noUsage } from '../../core/money/usage.ts';
import { answerLengths } from '../../core/money/answer-lengths.ts';
import { featuresOf } from './recorded-features.ts';

test('a call is decided again with the tier that it asked for, also if it asked for a cascade', () => {
  assert.equal(asked('auto:economy').asked.tier, 'economy');
  assert.equal(asked('auto:economy', { tier: 'frontier' }).asked.tier, 'frontier');
  const cascade = asked('cascade', { tier: 'workhorse' });
  assert.deepEqual([cascade.asked.policy, cascade.asked.tier], ['cascade', 'workhorse']);
});

test('only auto:local keeps a call on local models, not a model tag called local', () => {
  assert.equal(asked('auto:local').asked.localOnly, true);
  assert.equal(asked('lab/llama:local').asked.localOnly, false);
  assert.equal(asked('lab/llama:economy').asked.tier, undefined);
});

function asked(requestedModel: string, wishes?: NonNullable<CallRow['decision']>['wishes']) {
  const decision = { policy: 'weighted', reason: '', ranked: [], ruledOut: [], ...(wishes && { wishes }) };
  const row = { requestedModel, decision, tags: [], usage: noUsage, keyId: 'k', stream: false, startedAt: 0 };
  const world = { keyOf: () => undefined, preferences: {}, answerLengths: answerLengths() };
  return featuresOf(row, world);
}
