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
import type { Plan } from '../core/routing/plan/plan.ts';
import type { RoutingPreferences } from '../core/routing/preferences/routing-preferences.ts';
import { stayInConversation } from './stay-in-conversation.ts';
import cascade from './cascade.ts';
import learned from './learned.ts';
import tiered from './tiered.ts';

const [opus, sonnet] = sampleCandidates;

test('a conversation that stays with its model is no experiment, even if one was drawn for it', () => {
  assert.ok(opus && sonnet);
  const explored: Plan = {
    steps: [{ candidates: [opus, sonnet] }],
    reason: 'to learn of it',
    experiment: { arm: 'learned', propensity: 0.01, explored: true },
  };
  const goingOn = requestFeatures({ conversation: { model: sonnet.model.id, warmTokens: 900 } });
  const stayed = stayInConversation(explored, goingOn, healthy);
  assert.equal(stayed.steps[0]?.candidates[0], sonnet);
  assert.equal(stayed.experiment, undefined);
  const begun = stayInConversation(explored, ordinary, healthy);
  assert.deepEqual(begun, explored);
});

const talk = (model: string, warmTokens: number, more: SetFeatures = {}) =>
  requestFeatures({ conversation: { model, warmTokens }, ...more });

test('a conversation on a model of unknown price moves to one with a price', () => {
  const unpriced = candidate('lab/unpriced', { tier: 'workhorse' });
  const priced = candidate('lab/priced', { tier: 'workhorse', price: costing(6) });
  const plan: Plan = { steps: [{ candidates: [priced, unpriced] }], reason: 'first' };
  const moved = stayInConversation(plan, talk('lab/unpriced', 900), healthy);
  assert.equal(moved.steps[0]?.candidates[0], priced);
  assert.match(moved.reason, /the conversation moves: an unknown price to stay with lab\/unpriced/);
});

test('a cascade takes its steps in a conversation, too', () => {
  assert.ok(opus && sonnet);
  const plan: Plan = {
    steps: [{ candidates: [opus, sonnet] }, { candidates: [opus] }],
    reason: 'in two steps',
  };
  assert.deepEqual(stayInConversation(plan, talk(sonnet.model.id, 900), healthy), plan);
});

test('a conversation leaves a model whose deployments are ill', () => {
  assert.ok(opus && sonnet);
  const plan: Plan = { steps: [{ candidates: [opus, sonnet] }], reason: 'first' };
  const going = talk(sonnet.model.id, 900);
  const stats = (isHealthy: boolean) => ({
    of: ({ id }: { id: string }) => ({ healthy: isHealthy || id !== sonnet.deployment.id, inFlight: 0 }),
  });
  assert.equal(stayInConversation(plan, going, stats(true)).steps[0]?.candidates[0], sonnet);
  assert.deepEqual(stayInConversation(plan, going, stats(false)), plan);
});

test('architecture and security review reach the frontier tier in the middle of a conversation too', () => {
  for (const task of ['architecture', 'security-review'] as const) {
    const features = talk('anthropic/sonnet', 900, { work: { task } });
    const plan = stayInConversation(tiered.plan(features, sampleCandidates, healthy), features, healthy);
    assert.equal(plan.steps[0]?.candidates[0]?.model.tier, 'frontier', task);
    const workhorses = sampleCandidates.filter(({ model }) => model.tier === 'workhorse');
    const left = stayInConversation(tiered.plan(features, workhorses, healthy), features, healthy);
    assert.equal(
      left.steps[0]?.candidates[0]?.model.id,
      'anthropic/sonnet',
      'no other candidate would do better',
    );
  }
});

test('a warm cache is valued at answers of the usual length, not of the longest possible', () => {
  const price = (input: number, output: number) => ({
    input: input * 1e6,
    output: output * 1e6,
    cacheRead: input * 1e5,
  });
  const two = [
    candidate('lab/big', { tier: 'frontier', price: price(5, 25) }),
    candidate('lab/medium', { tier: 'workhorse', price: price(1, 5) }),
  ];
  const decided = (outputTokens: number) => {
    const size = { prompt: { expected: 21_100 }, answer: { expected: outputTokens } };
    const turn = talk('lab/big', 21_000, { size });
    return stayInConversation(tiered.plan(turn, two, healthy), turn, healthy);
  };
  assert.equal(decided(200).steps[0]?.candidates[0]?.model.id, 'lab/big');
  assert.match(decided(8_192).reason, /the conversation moves/u);
});

test("a review moves away from the author's family, unless that costs more than twice as much", () => {
  const reviewed = (model: string, all = sampleCandidates) => {
    const features = requestFeatures({
      work: { task: 'code-review' },
      conversation: { model, authorFamily: 'claude' },
    });
    const plan = stayInConversation(tiered.plan(features, all, healthy), features, healthy);
    return { family: plan.steps[0]?.candidates[0]?.model.family, reason: plan.reason };
  };
  const left = reviewed('anthropic/sonnet');
  assert.notEqual(left.family, 'claude');
  assert.match(left.reason, /to stay with anthropic\/sonnet, which wrote that work/);
  const own = sampleCandidates.filter(({ model }) => model.id === 'anthropic/sonnet');
  const others = ['mistral', 'qwen'].map((family, at) =>
    candidate(`${family}/medium`, { tier: 'workhorse', family, price: costing(6 + at) }),
  );
  assert.equal(
    reviewed('qwen/medium', [...own, ...others]).family,
    'qwen',
    'the previous reviewer continues',
  );
  const dear = candidate('openai/dear', { tier: 'workhorse', family: 'gpt', price: costing(15) });
  assert.equal(reviewed('anthropic/sonnet', [...own, dear]).family, 'claude');
});

/** How a turn of a conversation with Sonnet, whose whole prompt is in its cache, is decided for these chances. */
function decided(preferences: RoutingPreferences, chances: Record<string, number>, policy = learned) {
  const features = talk('anthropic/sonnet', 900, {
    preferences,
    quality: { of: ({ id }) => chances[id] ?? 0.1 },
  });
  const plan = stayInConversation(policy.plan(features, sampleCandidates, healthy), features, healthy);
  return { model: plan.steps[0]?.candidates[0]?.model.id, reason: plan.reason, warnings: plan.warnings };
}

test('a wanted quality is kept in every turn: a conversation leaves a model that does not reach it', () => {
  const close = { 'anthropic/opus': 0.9, 'anthropic/sonnet': 0.83 };
  const moved = decided({ quality: 0.97 }, close);
  assert.equal(moved.model, 'anthropic/opus');
  assert.match(moved.reason, /the conversation moves: anthropic\/sonnet does not reach the wanted quality/);
  assert.equal(decided({ quality: 0.92 }, close).model, 'anthropic/sonnet');
  assert.equal(
    decided({}, close).model,
    'anthropic/sonnet',
    'without a wanted quality its cache is worth more',
  );
});

test('if no model reaches the wanted quality, the best that is left answers, as the warning says', () => {
  const { model, warnings } = decided({ quality: 1.5 }, { 'anthropic/opus': 0.9, 'anthropic/sonnet': 0.85 });
  assert.equal(model, 'anthropic/opus');
  assert.match(warnings?.join() ?? '', /no model that may serve this call reaches/);
});

test('mode best moves a conversation to the better model', () => {
  const close = { 'anthropic/opus': 0.9, 'anthropic/sonnet': 0.87 };
  assert.equal(decided({ mode: 'best' }, close).model, 'anthropic/opus');
  assert.equal(decided({ mode: 'balanced' }, close).model, 'anthropic/sonnet');
});

test('a cascade of one step keeps the wanted quality in a conversation, too', () => {
  const cheap = { 'deepseek/chat': 0.95, 'anthropic/sonnet': 0.87, 'anthropic/opus': 0.9 };
  assert.equal(decided({ quality: 0.99 }, cheap, cascade).model, 'deepseek/chat');
});

test('a wanted quality never moves a conversation to a model that is even less likely to succeed', () => {
  const chances: Record<string, number> = { 'anthropic/sonnet': 0.85, 'anthropic/opus': 0.83 };
  const features = talk('anthropic/sonnet', 900, { quality: { of: ({ id }) => chances[id] ?? 0.1 } });
  const plan: Plan = { steps: [{ candidates: sampleCandidates }], reason: 'by rank', minChance: 0.9 };
  const [first] = stayInConversation(plan, features, healthy).steps[0]?.candidates ?? [];
  assert.equal(first?.model.id, 'anthropic/sonnet');
});
