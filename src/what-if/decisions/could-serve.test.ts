import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intent, noon, settlement } from '../../../test/support/ledger-samples.ts';
import { requestFeatures, type SetFeatures } from '../../../test/support/request-features.ts';
import type { Model } from '../../core/model.ts';
import { noUsage } from '../../core/money/usage.ts';
import {
  filterRules,
  type FilterRule,
  type RoutingDecision,
} from '../../core/routing/decision/routing-decision.ts';
import type { CallRow } from '../../core/stores/ledger.ts';
import { couldServe } from './could-serve.ts';

const model: Model = {
  id: 'lab/m',
  provider: 'lab',
  name: 'm',
  family: 'm',
  capabilities: { tools: true },
  strengths: [],
  weaknesses: [],
  contextWindow: 10_000,
  price: { input: 1_000_000, output: 1_000_000 },
  local: false,
};

const decided: RoutingDecision = { policy: 'tiered', reason: '', ranked: [], ruledOut: [] };

/** A call that cost a model of this price a thousandth of a dollar. */
const row = (decision: Partial<RoutingDecision> = {}): CallRow => ({
  ...intent(),
  ...settlement('req_1', { usage: { ...noUsage, input: 900, output: 100 } }),
  startedAt: noon,
  outcomes: [],
  decision: { ...decided, ...decision },
});

const serves = (other: Partial<Model> = {}, set: SetFeatures = {}, decision: Partial<RoutingDecision> = {}) =>
  couldServe({ ...model, ...other }, row(decision), requestFeatures(set));

test('a model could have served a call if nothing about the call rules it out', () => {
  assert.equal(serves(), true);
  const request = { needs: ['tools'] } as const;
  assert.equal(serves({}, { request }), true);
  assert.equal(
    serves({ capabilities: {} }, { request }),
    true,
    'what is not known of it does not rule it out',
  );
});

test('a call that was limited to local models could only have gone to one', () => {
  const asked = { localOnly: true };
  assert.deepEqual([serves({}, { asked }), serves({ local: true }, { asked })], [false, true]);
});

test('a model that the call excluded, or that cannot do its work, could not have served it', () => {
  assert.equal(serves({}, {}, { wishes: { models: ['lab/other'] } }), false);
  assert.equal(serves({}, {}, { wishes: { models: ['lab/other', 'lab/m'] } }), true);
  assert.equal(serves({}, { limits: { otherFamilyThan: ['n', 'm'] } }), false);
  assert.equal(serves({ family: 'o' }, { limits: { otherFamilyThan: ['n', 'm'] } }), true);
  assert.equal(serves({ capabilities: { embeddings: true } }), false);
  assert.equal(serves({ capabilities: { tools: false } }, { request: { needs: ['tools'] } }), false);
  assert.equal(serves({}, { size: { prompt: { expected: 10_001 } } }), false);
  assert.equal(serves({}, { size: { prompt: { expected: 10_000 } } }), true);
});

test('a model above the ceiling of a call could not have served it', () => {
  const limits = (maxCostUsd: number) => ({ limits: { maxCostUsd } });
  assert.deepEqual([serves({}, limits(0.000_9)), serves({}, limits(0.001))], [false, true]);
  assert.equal(serves({ price: undefined }, limits(0.000_9)), true);
});

test('what ruled a model out then rules it out now, unless it was true of that day only', () => {
  const ruledOut = (rule: FilterRule, set: SetFeatures = {}) =>
    serves({}, set, { ruledOut: [{ model: 'lab/m', rule, reason: '' }] });
  const passing: readonly FilterRule[] = ['unconfigured', 'window', 'price', 'latency', 'budget'];
  for (const rule of passing) {
    assert.equal(ruledOut(rule), true, rule);
  }
  const lasting = filterRules.filter((rule) => !passing.includes(rule));
  for (const rule of lasting) assert.equal(ruledOut(rule), false, rule);
  assert.equal(ruledOut('price', { limits: { maxCostUsd: 1 } }), false, 'the ceiling is the call’s own');
});
