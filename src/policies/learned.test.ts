import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidate, costing, healthy, house, ordinary } from '../../test/support/policy-candidates.ts';
import type { RequestFeatures } from '../core/plan.ts';
import type { RoutingPreferences } from '../core/routing-preferences.ts';
import type { Deployment } from '../core/provider.ts';
import { simpleTasks } from '../core/success-prior.ts';
import cascade from './cascade.ts';
import cost from './cost.ts';
import latency from './latency.ts';
import learned from './learned.ts';
import { placements } from './tiered.ts';
import weighted from './weighted.ts';

/** What was learned: the dear ones are better by ever less. */
const known: Record<string, number> = {
  'anthropic/opus': 0.95,
  'anthropic/sonnet': 0.94,
  'openai/gpt-mini': 0.7,
  'deepseek/chat': 0.85,
};
const quality = { of: ({ id }: { id: string }) => known[id] ?? 0.1 };
const first = (preferences: RoutingPreferences, features: Partial<RequestFeatures> = {}) =>
  learned.plan({ ...ordinary, quality, preferences, ...features }, house, healthy).steps[0]?.candidates[0]
    ?.model.id;

test('the mode says how much a success is worth', () => {
  assert.equal(first({ mode: 'economy' }), 'deepseek/chat');
  assert.equal(first({ mode: 'best' }), 'anthropic/opus');
});

test('a quality target is met at the least cost, and by the best where nobody meets it', () => {
  assert.equal(first({ quality: 0.99 * (0.94 / 0.95) }), 'anthropic/sonnet');
  assert.equal(first({ quality: 0.85 }), 'deepseek/chat');
  assert.equal(first({ quality: 0.999 }), 'anthropic/opus');
  assert.equal(first({ quality: 1.5 }), 'anthropic/opus');
  const reasonOf = (target: number) =>
    learned.plan({ ...ordinary, quality, preferences: { quality: target } }, house, healthy).reason;
  assert.match(reasonOf(0.99), /within 99 % of the best/);
  assert.match(reasonOf(0.9999), /within 99\.99 % of the best/);
});

test('without anything learned, tiers and strengths decide: hard work earns a better model', () => {
  const tierAt = (difficulty: number, features: Partial<RequestFeatures> = {}) =>
    learned.plan({ ...ordinary, difficulty, ...features }, house, healthy).steps[0]?.candidates[0]?.model
      .tier;
  assert.equal(tierAt(0), 'economy');
  assert.equal(tierAt(1), 'workhorse');
  assert.equal(tierAt(1, { preferences: { mode: 'best' } }), 'frontier');
  assert.equal(tierAt(1, { task: 'translation' }), 'economy');
});

test('a call goes where its difficulty sends it, however little or much of it there is', () => {
  for (const mode of ['economy', 'balanced', 'best'] as const) {
    for (const difficulty of [0, 0.5, 1]) {
      const chosen = [0.01, 1, 100].map((times) =>
        first(
          { mode },
          {
            quality: undefined,
            difficulty,
            inputTokens: ordinary.inputTokens * times,
            outputTokens: ordinary.outputTokens * times,
          },
        ),
      );
      assert.equal(new Set(chosen).size, 1, `${mode}, ${difficulty}: ${chosen.join(', ')}`);
    }
  }
});

test('the work that a small model is expected to do as well is what the default table gives to one', () => {
  const { why } = placements.formatting;
  assert.deepEqual(
    Object.entries(placements).flatMap(([task, placement]) => (placement.why === why ? [task] : [])),
    [...simpleTasks],
  );
});

test('an unknown price is taken for the average, neither free nor infinite', () => {
  const models = [
    candidate('a/cheap', { tier: 'workhorse', price: costing(3) }),
    candidate('b/unknown', { tier: 'workhorse' }),
    candidate('c/dear', { tier: 'workhorse', price: costing(30) }),
  ];
  const { steps } = learned.plan(ordinary, models, healthy);
  assert.deepEqual(
    steps[0]?.candidates.map(({ model }) => model.id),
    ['a/cheap', 'b/unknown', 'c/dear'],
  );
});

test('the policy cost takes the cheapest, latency the fastest measured', () => {
  assert.equal(cost.plan(ordinary, house, healthy).steps[0]?.candidates[0]?.model.id, 'ollama/llama');
  const stats = {
    of: ({ id }: Deployment) => ({ healthy: true, inFlight: 0, firstByteMs: id === 'openai/gpt' ? 90 : 400 }),
  };
  assert.equal(latency.plan(ordinary, house, stats).steps[0]?.candidates[0]?.model.id, 'openai/gpt');
  const busy = {
    of: ({ id }: Deployment) => ({
      healthy: true,
      inFlight: id === 'openai/gpt' ? 200 : 0,
      firstByteMs: 100,
    }),
  };
  assert.notEqual(latency.plan(ordinary, house, busy).steps[0]?.candidates[0]?.model.id, 'openai/gpt');
});

test('weights pull the choice to what they weigh', () => {
  const by = (weights: { quality: number; cost: number; latency: number }) =>
    weighted.plan({ ...ordinary, quality, preferences: { weights } }, house, healthy).steps[0]?.candidates[0]
      ?.model.id;
  assert.equal(by({ quality: 1, cost: 0, latency: 0 }), 'anthropic/opus');
  // Free, but wrong nine times in ten, it costs the call that follows.
  assert.equal(by({ quality: 0, cost: 1, latency: 0 }), 'deepseek/chat');
  assert.equal(by({ quality: 3, cost: 1, latency: 0 }), 'deepseek/chat');
});

test('a cascade asks two cheap families before the frontier', () => {
  const { steps } = cascade.plan({ ...ordinary, preferences: { quality: 0.95 } }, house, healthy);
  assert.deepEqual(
    steps.map(({ candidates, acceptance }) => [candidates[0]?.model.id, acceptance?.threshold.toFixed(3)]),
    [
      // 95 % of what a frontier model makes of work of middling difficulty.
      ['deepseek/chat', (0.95 * 0.885).toFixed(3)],
      ['openai/gpt-mini', (0.95 * 0.885).toFixed(3)],
      ['google/pro', undefined],
    ],
  );
  assert.ok(
    steps[0]?.candidates.every(({ model }) => model.tier === 'economy'),
    'a cheap step stays cheap',
  );
});

test('with one model there is no cascade', () => {
  const only = house.slice(0, 1);
  assert.equal(cascade.plan(ordinary, only, healthy).steps.length, 1);
});
