import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import {
  candidate,
  costing,
  healthy,
  sampleCandidates,
  ordinary,
} from '../../test/support/policy-candidates.ts';
import type { Model } from '../core/model.ts';
import type { Plan } from '../core/routing/plan/plan.ts';
import type { RoutingMode, RoutingPreferences } from '../core/routing/preferences/routing-preferences.ts';
import type { Candidate, Deployment } from '../core/deployment.ts';
import { simpleTasks } from '../core/routing/quality/success-prior.ts';
import cascade from './cascade.ts';
import cost from './cost.ts';
import latency from './latency.ts';
import learned from './learned.ts';
import { placements } from './tiered.ts';
import type { TaskType } from '../core/task.ts';
import weighted from './weighted.ts';

/** Learned chances of success: the more expensive the model, the smaller the gain. */
const known: Record<string, number> = {
  'anthropic/opus': 0.95,
  'anthropic/sonnet': 0.94,
  'openai/gpt-mini': 0.7,
  'deepseek/chat': 0.85,
};
const quality = { of: ({ id }: { id: string }) => known[id] ?? 0.1 };
const first = (preferences: RoutingPreferences, features: SetFeatures = {}) =>
  learned.plan(requestFeatures({ quality, preferences, ...features }), sampleCandidates, healthy).steps[0]
    ?.candidates[0]?.model.id;

test('the mode says how much a success is worth', () => {
  assert.equal(first({ mode: 'economy' }), 'deepseek/chat');
  assert.equal(first({ mode: 'best' }), 'anthropic/opus');
});

test('a model that is not chosen changes no choice among the others, whatever it costs', () => {
  for (const mode of ['economy', 'balanced', 'best'] as const) {
    for (const chance of [0.75, 0.8, 0.85, 0.9, 0.95]) {
      const chances: Record<string, number> = { a: 0.7, b: chance, c: 0.01 };
      const features = requestFeatures({
        quality: { of: ({ id }) => chances[id.slice(0, 1)] ?? 0 },
        preferences: { mode },
      });
      const ranked = (more: Candidate[]) =>
        learned
          .plan(
            features,
            [candidate('a/m', { price: costing(1) }), candidate('b/m', { price: costing(6) }), ...more],
            healthy,
          )
          .steps[0]?.candidates.map(({ model }) => model.id)
          .filter((id) => id !== 'c/m');
      const alone = ranked([]);
      for (const price of [costing(0.01), costing(600), undefined])
        assert.deepEqual(ranked([candidate('c/m', price && { price })]), alone, `${mode}, ${chance}`);
    }
  }
});

test('picks the cheapest model that meets a quality target, or the best if none meets it', () => {
  assert.equal(first({ quality: 0.99 * (0.94 / 0.95) }), 'anthropic/sonnet');
  assert.equal(first({ quality: 0.85 }), 'deepseek/chat');
  assert.equal(first({ quality: 0.999 }), 'anthropic/opus');
  assert.equal(first({ quality: 1.5 }), 'anthropic/opus');
  const reasonOf = (target: number) =>
    learned.plan(requestFeatures({ quality, preferences: { quality: target } }), sampleCandidates, healthy)
      .reason;
  assert.match(reasonOf(0.99), /within 99 % of the best/);
  assert.match(reasonOf(0.9999), /within 99\.99 % of the best/);
});

test('picks the cheapest model that reaches the target, regardless of the prices of other models', () => {
  const dear = candidate('openai/gpt-pro', { tier: 'frontier', family: 'gpt', price: costing(5_000) });
  const chances: Record<string, number> = { ...known, 'openai/gpt-mini': 0.72, 'openai/gpt-pro': 0.95 };
  const plan = (candidates: typeof sampleCandidates) =>
    learned.plan(
      requestFeatures({ quality: { of: ({ id }) => chances[id] ?? 0.1 }, preferences: { quality: 0.75 } }),
      candidates,
      healthy,
    );
  const cheapest = sampleCandidates.filter(({ model }) => model.id !== 'ollama/llama');
  assert.equal(plan(cheapest).steps[0]?.candidates[0]?.model.id, 'deepseek/chat');
  const weaker = cheapest.map((one) =>
    one.model.id === 'deepseek/chat'
      ? candidate('deepseek/chat', { ...one.model, price: costing(1.01) })
      : one,
  );
  assert.equal(plan(weaker).steps[0]?.candidates[0]?.model.id, 'openai/gpt-mini');
  assert.equal(plan([...weaker, dear]).steps[0]?.candidates[0]?.model.id, 'openai/gpt-mini');
});

/** As a training stores them: a success at $0.01 kept 95 %, and no price kept all of it. */
const worths = (judged: readonly string[]) => ({
  bestSingle: 'anthropic/opus',
  prompts: 2_000,
  includes: (id: string) => judged.includes(id),
  keeping: (share: number) => (share <= 0.95 ? { nanoUsd: 1e7, share: 0.96, costShare: 0.25 } : undefined),
  answerTokens: () => undefined,
});

test('if judged calls have shown its price, a quality target is kept on average, at one price for all prompts', () => {
  const all = Object.keys(known);
  const planned = (target: number, judged: readonly string[], features: SetFeatures = {}) =>
    learned.plan(
      requestFeatures({
        quality: { ...quality, worths: worths(judged) },
        preferences: { quality: target },
        ...features,
      }),
      sampleCandidates,
      healthy,
    );
  const chosen = (...of: Parameters<typeof planned>) => planned(...of).steps[0]?.candidates[0]?.model.id;
  // Prompt by prompt, .95 selects sonnet; at one cent per success, its extra tenth of a success is worth less than it
  // costs.
  assert.equal(first({ quality: 0.95 }), 'anthropic/sonnet');
  assert.equal(chosen(0.95, all), 'deepseek/chat');
  assert.match(
    planned(0.95, all).reason,
    /^deepseek\/chat is the best buy at \$0\.01 a success, at which 95 % of the quality of anthropic\/opus was kept on the average of 2000 judged prompts, for 25 % of its cost: succeeds at 85 % of prompts/,
  );
  assert.equal(
    chosen(0.95, all, { size: { prompt: { expected: 2 }, answer: { expected: 1 } } }),
    'anthropic/opus',
    'a small call buys the best',
  );
  assert.equal(
    chosen(0.98, all),
    'anthropic/sonnet',
    'a target that no price has kept is kept prompt by prompt',
  );
  assert.equal(
    chosen(0.95, ['deepseek/chat']),
    'anthropic/sonnet',
    'so is a target measured on a model without judged calls',
  );
  const left = sampleCandidates.filter(({ model }) => model.id !== 'anthropic/opus');
  const without = learned.plan(
    requestFeatures({
      quality: { ...quality, worths: worths(all) },
      preferences: { quality: 0.95 },
      considered: sampleCandidates.map(({ model }) => model),
    }),
    left,
    healthy,
  );
  assert.match(
    without.reason,
    /cheapest within 95 % of the best/,
    'and one measured on a model that this call may not use',
  );
});

test('at one price, a model without judged calls is chosen only if it is expected to reach the target by itself', () => {
  const unjudged = candidate('new/model', { tier: 'economy', price: costing(0.01) });
  const of = (chance: number) => ({
    of: ({ id }: { id: string }) => (id === 'new/model' ? chance : (known[id] ?? 0.1)),
    worths: worths(Object.keys(known)),
  });
  const chosen = (chance: number) =>
    learned.plan(
      requestFeatures({ quality: of(chance), preferences: { quality: 0.95 } }),
      [unjudged, ...sampleCandidates],
      healthy,
    ).steps[0]?.candidates[0]?.model.id;
  assert.equal(chosen(0.9), 'deepseek/chat');
  assert.equal(chosen(0.92), 'new/model');
});

test('with nothing learned, tiers and strengths decide, and hard work gets a better model', () => {
  const tierAt = (difficulty: number, task: TaskType = 'code-generation', mode?: RoutingMode) => {
    const features = requestFeatures({ work: { task, difficulty }, ...(mode && { preferences: { mode } }) });
    return learned.plan(features, sampleCandidates, healthy).steps[0]?.candidates[0]?.model.tier;
  };
  assert.equal(tierAt(0), 'economy');
  assert.equal(tierAt(0.5), 'workhorse');
  assert.equal(tierAt(1), 'frontier');
  assert.equal(tierAt(0.5, 'chat', 'economy'), 'economy');
  for (const task of ['architecture', 'security-review'] as const)
    assert.equal(tierAt(0.6, task), 'frontier', 'where a mistake costs more than the model');
  assert.equal(tierAt(0.6, 'refactoring'), 'workhorse');
  assert.equal(tierAt(1, 'code-generation', 'best'), 'frontier');
  assert.equal(tierAt(1, 'translation'), 'economy');
});

test('mode balanced pays for the frontier tier if small and medium models are known to fail', () => {
  const of = ({ tier }: Model) => (tier === 'frontier' ? 0.9 : 0.5);
  const { steps } = learned.plan(
    requestFeatures({ work: { task: 'chat' }, quality: { of } }),
    sampleCandidates,
    healthy,
  );
  assert.equal(steps[0]?.candidates[0]?.model.tier, 'frontier');
});

test('a call is routed by its difficulty, regardless of its size', () => {
  for (const mode of ['economy', 'balanced', 'best'] as const) {
    for (const difficulty of [0, 0.5, 1]) {
      const chosen = [0.01, 1, 100].map((times) =>
        first(
          { mode },
          {
            quality: undefined,
            work: { difficulty },
            size: { prompt: { expected: 1_000 * times }, answer: { expected: 500 * times } },
          },
        ),
      );
      assert.equal(new Set(chosen).size, 1, `${mode}, ${difficulty}: ${chosen.join(', ')}`);
    }
  }
});

test('the tasks that a small model is expected to do equally well are those that the default table gives to one', () => {
  const { why } = placements.formatting;
  assert.deepEqual(
    Object.entries(placements).flatMap(([task, placement]) => (placement.why === why ? [task] : [])),
    [...simpleTasks],
  );
});

test('an unknown price counts as the average, neither free nor infinite', () => {
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

test('the policy cost picks the cheapest, the policy latency the fastest measured', () => {
  assert.equal(
    cost.plan(ordinary, sampleCandidates, healthy).steps[0]?.candidates[0]?.model.id,
    'ollama/llama',
  );
  const stats = {
    of: ({ id }: Deployment) => ({ healthy: true, inFlight: 0, firstByteMs: id === 'openai/gpt' ? 90 : 400 }),
  };
  assert.equal(
    latency.plan(ordinary, sampleCandidates, stats).steps[0]?.candidates[0]?.model.id,
    'openai/gpt',
  );
  const busy = {
    of: ({ id }: Deployment) => ({
      healthy: true,
      inFlight: id === 'openai/gpt' ? 200 : 0,
      firstByteMs: 100,
    }),
  };
  assert.notEqual(
    latency.plan(ordinary, sampleCandidates, busy).steps[0]?.candidates[0]?.model.id,
    'openai/gpt',
  );
});

test('weights shift the choice towards what they weigh', () => {
  const by = (weights: { quality: number; cost: number; latency: number }) =>
    weighted.plan(requestFeatures({ quality, preferences: { weights } }), sampleCandidates, healthy).steps[0]
      ?.candidates[0]?.model.id;
  assert.equal(by({ quality: 1, cost: 0, latency: 0 }), 'anthropic/opus');
  // The free local model is wrong nine times in ten, and then pays for the call that follows.
  assert.equal(by({ quality: 0, cost: 1, latency: 0 }), 'deepseek/chat');
  assert.equal(by({ quality: 3, cost: 1, latency: 0 }), 'deepseek/chat');
});

test('a cascade asks two cheap families before the cheapest that reaches the wanted quality', () => {
  const plan = (preferences: RoutingPreferences, features: SetFeatures = {}) =>
    cascade.plan(
      requestFeatures({ work: { task: 'math' }, ...features, preferences }),
      sampleCandidates,
      healthy,
    );
  const shown = ({ steps }: Plan) =>
    steps.map(({ candidates, acceptance }) => [candidates[0]?.model.id, acceptance?.threshold.toFixed(3)]);
  // At medium difficulty a frontier model succeeds in .885 of cases, a workhorse in .805.
  assert.deepEqual(shown(plan({ quality: 0.95 })), [
    ['deepseek/chat', (0.95 * 0.885).toFixed(3)],
    ['openai/gpt-mini', (0.95 * 0.885).toFixed(3)],
    ['google/pro', undefined],
  ]);
  assert.deepEqual(shown(plan({ quality: 0.9 })).at(-1), ['google/flash', undefined]);
  // A cascade keeps .97 of a strong model's accuracy if each cheap answer has .91 of its chance.
  assert.equal(shown(plan({})).at(0)?.[1], (0.91 * 0.885).toFixed(3));
  assert.ok(
    plan({}).steps[0]?.candidates.every(({ model }) => model.tier === 'economy'),
    'a cheap step stays cheap',
  );
});

test('a cascade measures its quality target against the best model considered, even if that one is ruled out', () => {
  const better: Record<string, number> = { 'anthropic/opus': 0.91, 'google/pro': 0.877 };
  const of = ({ id, tier }: Model) => better[id] ?? (tier === 'economy' ? 0.6 : 0.8);
  const features = requestFeatures({
    work: { task: 'math' },
    quality: { of },
    preferences: { quality: 0.99 },
  });
  const all = cascade.plan(features, sampleCandidates, healthy);
  assert.equal(all.steps.at(-1)?.candidates[0]?.model.id, 'anthropic/opus');
  assert.equal(all.steps[0]?.acceptance?.threshold.toFixed(3), (0.99 * 0.91).toFixed(3));
  assert.equal(all.warnings, undefined);
  const left = sampleCandidates.filter(({ model }) => model.id !== 'anthropic/opus');
  const considered = sampleCandidates.map(({ model }) => model);
  const without = cascade.plan({ ...features, considered }, left, healthy);
  assert.equal(without.steps.at(-1)?.candidates[0]?.model.id, 'google/pro');
  assert.match(
    without.warnings?.join() ?? '',
    /no model that may serve this call reaches 99 %.*anthropic\/opus/u,
  );
});

test('with one model there is no cascade', () => {
  const only = sampleCandidates.slice(0, 1);
  assert.equal(cascade.plan(ordinary, only, healthy).steps.length, 1);
});
