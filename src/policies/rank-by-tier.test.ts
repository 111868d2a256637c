import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Capability, Model } from '../core/model.ts';
import { requestFeatures } from '../../test/support/request-features.ts';
import type { Stats } from '../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../core/deployment.ts';
import type { Tier } from '../core/task.ts';
import { rankByTier } from './rank-by-tier.ts';

const candidate = (id: string, model: Partial<Model>): Candidate => ({
  model: {
    id,
    provider: id.split('/')[0] ?? '',
    name: id.split('/')[1] ?? '',
    family: id,
    capabilities: {},
    strengths: [],
    weaknesses: [],
    local: false,
    ...model,
  },
  deployment: {
    id,
    provider: { id: 'p', name: 'p', dialects: [], auth: 'none', keyVariables: [], quirks: {}, local: false },
    endpoints: [],
    weight: 1,
    simulated: false,
  },
});
const costing = (usd: number) => ({ input: usd * 1e6, output: usd * 1e6 });

const candidates = [
  candidate('a/frontier', { tier: 'frontier', price: costing(5), family: 'a' }),
  candidate('a/workhorse', { tier: 'workhorse', price: costing(2), family: 'a' }),
  candidate('a/workhorse-2', { tier: 'workhorse', price: costing(1), family: 'a' }),
  candidate('b/workhorse', { tier: 'workhorse', price: costing(3), family: 'b' }),
  candidate('b/economy', { tier: 'economy', price: costing(0.1), family: 'b' }),
  candidate('c/unknown-price', { tier: 'workhorse', family: 'c' }),
  candidate('local/llama', { tier: 'economy', price: costing(0), local: true, family: 'l' }),
];
const healthy: Stats = { of: () => ({ healthy: true, inFlight: 0 }) };
type Situation = {
  readonly stats?: Stats;
  readonly among?: readonly Candidate[];
  readonly needs?: readonly Capability[];
};
const ids = (wanted: Tier, { stats = healthy, among = candidates, needs = [] }: Situation = {}) =>
  rankByTier(among, { features: requestFeatures({ request: { needs } }), stats, wanted }).map(
    ({ model }) => model.id,
  );

test('the cheapest of the wanted tier goes first, then other families before the same one again, local models last', () => {
  assert.deepEqual(ids('workhorse'), [
    'a/workhorse-2',
    'b/workhorse',
    'c/unknown-price',
    'a/workhorse',
    'b/economy',
    'a/frontier',
    'local/llama',
  ]);
});

test('the wanted tier comes first', () => {
  assert.equal(ids('economy')[0], 'b/economy');
  assert.equal(ids('frontier')[0], 'a/frontier');
});

test('a benched deployment goes last in its tier, and none is dropped', () => {
  const benched: Stats = { of: ({ id }) => ({ healthy: id !== 'a/workhorse-2', inFlight: 0 }) };
  const order = ids('workhorse', { stats: benched });
  assert.notEqual(order[0], 'a/workhorse-2');
  assert.equal(order.length, candidates.length);
});

test('a model with native schema support goes before one that needs the schema in its prompt', () => {
  const among = [
    candidate('d/cheap', {
      tier: 'workhorse',
      price: costing(0.5),
      family: 'd',
      capabilities: { 'json-schema': false },
    }),
    candidate('e/native', {
      tier: 'workhorse',
      price: costing(2),
      family: 'e',
      capabilities: { 'json-schema': true },
    }),
  ];
  assert.equal(ids('workhorse', { needs: ['json-schema'], among })[0], 'e/native');
  assert.equal(ids('workhorse', { among })[0], 'd/cheap');
  const unknown = candidate('f/unknown', { tier: 'workhorse', price: costing(1), family: 'f' });
  assert.equal(
    ids('workhorse', { needs: ['json-schema'], among: [...among, unknown] })[0],
    'f/unknown',
    'a model whose support is unknown is not assumed to lack it',
  );
});
