import assert from 'node:assert/strict';
import { requestFeatures, type SetFeatures } from '../../test/support/request-features.ts';
import { test } from 'node:test';
import { healthy, sampleCandidates } from '../../test/support/policy-candidates.ts';
import type { Candidate } from '../core/deployment.ts';
import tiered from './tiered.ts';

const choice = (features: SetFeatures) =>
  tiered
    .plan(requestFeatures(features), sampleCandidates, healthy)
    .steps[0]?.candidates.map(({ model }) => model.id) ?? [];
const first = (features: SetFeatures) => choice(features)[0];

test('small work goes to the economy tier, ordinary work to the workhorse tier', () => {
  for (const task of ['formatting', 'classification', 'extraction'] as const) {
    assert.equal(first({ work: { task } }), 'deepseek/chat', task);
  }
  for (const task of ['code-generation', 'refactoring', 'test-writing', 'documentation', 'chat'] as const) {
    assert.equal(first({ work: { task } }), 'google/flash', task);
  }
  assert.equal(first({}), 'google/flash');
});

test('architecture, complex debugging and security review go to the frontier tier whatever the cost', () => {
  for (const task of ['architecture', 'debugging', 'security-review'] as const) {
    assert.equal(first({ work: { task } }), 'google/pro', task);
  }
  assert.equal(first({ work: { task: 'debugging', difficulty: 0.1 } }), 'google/flash');
});

test('schemas and function calls go to a GPT workhorse, even if another is cheaper', () => {
  assert.deepEqual(choice({ work: { task: 'structured-output' } }).slice(0, 2), [
    'openai/gpt-medium',
    'google/flash',
  ]);
  assert.equal(first({ work: { task: 'function-calling' } }), 'openai/gpt-medium');
});

test('code is reviewed by a workhorse of another family, and critical code by the frontier tier', () => {
  assert.equal(
    first({ work: { task: 'code-review' }, conversation: { authorFamily: 'gemini' } }),
    'anthropic/sonnet',
  );
  assert.equal(
    first({ work: { task: 'code-review' }, conversation: { authorFamily: 'claude' } }),
    'google/flash',
  );
  assert.equal(
    first({ work: { task: 'code-review', tags: ['critical'] }, conversation: { authorFamily: 'claude' } }),
    'google/pro',
  );
});

test('algorithms, SQL, boilerplate and cost-sensitive code go to DeepSeek', () => {
  assert.equal(first({ work: { task: 'math' } }), 'deepseek/chat');
  for (const tag of ['sql', 'boilerplate', 'algorithm', 'cost-sensitive']) {
    assert.equal(first({ work: { task: 'code-generation', tags: [tag] } }), 'deepseek/chat', tag);
  }
});

test('sensitive data and loops of many calls stay on local models', () => {
  assert.equal(first({ work: { tags: ['sensitive'], task: 'architecture' } }), 'ollama/llama');
  assert.equal(first({ work: { tags: ['iteration'] } }), 'ollama/llama');
  assert.equal(first({ work: { tags: ['Iteration'] } }), 'ollama/llama');
});

test('a requested tier is kept', () => {
  assert.equal(first({ work: { task: 'architecture' }, asked: { tier: 'economy' } }), 'deepseek/chat');
  assert.equal(first({ work: { task: 'structured-output' }, asked: { tier: 'frontier' } }), 'openai/gpt');
});

test('prompts about SQL, algorithms and boilerplate go to DeepSeek, but reviews of such code do not', () => {
  for (const prompt of [
    'Write a SQL query for the ten largest orders.',
    'Find the shortest path in a weighted graph, in O(n log n).',
    'Generate the boilerplate of an Express app.',
  ]) {
    assert.equal(first({ work: { task: 'code-generation', prompt } }), 'deepseek/chat', prompt);
    assert.equal(first({ work: { prompt } }), 'deepseek/chat', prompt);
  }
  assert.equal(first({ work: { task: 'security-review', prompt: 'Audit this SQL query.' } }), 'google/pro');
  assert.equal(
    first({ work: { task: 'code-generation', prompt: 'Write a debounce function.' } }),
    'google/flash',
  );
});

test('a prompt that asks for SQL goes to DeepSeek whatever task was guessed, unless the caller named the task', () => {
  const query = 'Write an SQL query for the top ten customers by revenue per month';
  const joined = 'SELECT * FROM orders: how do I join it with customers?';
  for (const task of ['architecture', 'api-integration', 'chat'] as const) {
    assert.equal(first({ work: { task, prompt: query } }), 'deepseek/chat', task);
    assert.equal(first({ work: { task, prompt: joined } }), 'deepseek/chat', task);
  }
  assert.equal(first({ work: { task: 'architecture', isTaskNamed: true, prompt: query } }), 'google/pro');
  assert.equal(first({ work: { task: 'architecture', prompt: 'SQL or NoSQL for a bank?' } }), 'google/pro');
  assert.equal(first({ work: { task: 'debugging', prompt: `Why does this fail? ${joined}` } }), 'google/pro');
});

test('the reason is true of the chosen model', () => {
  const reason = (features: SetFeatures, without: (candidate: Candidate) => boolean) => {
    const left = sampleCandidates.filter((one) => !without(one));
    return tiered.plan(requestFeatures(features), left, healthy).reason;
  };
  const nobody = () => false;
  assert.match(reason({ work: { tags: ['sql'] } }, nobody), /DeepSeek reasons/u);
  assert.match(
    reason({ work: { tags: ['sql'] } }, ({ model }) => model.family === 'deepseek'),
    /deepseek cannot serve it/u,
  );
  assert.match(
    reason({ work: { tags: ['iteration'] } }, ({ model }) => model.local),
    /no local model can serve it/u,
  );
  const sql: SetFeatures = { work: { task: 'code-generation', prompt: 'Write a SQL query.' } };
  assert.match(reason(sql, nobody), /it mentions SQL.* DeepSeek reasons/u);
  assert.match(reason({ work: { task: 'architecture' } }, nobody), /\(tier frontier\)$/u);
  const cheapest = ({ model }: Candidate) => model.tier === 'frontier';
  assert.match(
    reason({ work: { task: 'architecture' } }, cheapest),
    /\(tier workhorse; frontier was wanted\)$/u,
  );
  assert.match(reason({ work: { task: 'code-review' } }, nobody), /ordinary work/u);
  assert.match(
    reason({ work: { task: 'code-review' }, conversation: { authorFamily: 'gemini' } }, nobody),
    /another family sees/u,
  );
});

test('a tier that the caller asks for precedes what the work would prefer, in which nothing of that tier is', () => {
  const asked = { tier: 'frontier' as const };
  const reason = (features: SetFeatures, left: (candidate: Candidate) => boolean) =>
    tiered.plan(requestFeatures({ asked, ...features }), sampleCandidates.filter(left), healthy);
  const looped = reason({ work: { tags: ['iteration'] } }, () => true);
  assert.match(looped.reason, /^google\/pro for chat: the call asks for this tier \(tier frontier\)$/);
  const claude = reason(
    { work: { task: 'code-review' }, conversation: { authorFamily: 'claude' } },
    ({ model }) => model.family === 'claude' || model.tier !== 'frontier',
  );
  assert.match(claude.reason, /^anthropic\/opus for code-review: the call asks for this tier/);
  assert.equal(claude.warnings, undefined);
  const none = reason({}, ({ model }) => model.tier !== 'frontier');
  assert.match(
    none.reason,
    /: the nearest to the tier that the call asks for \(tier workhorse; frontier was wanted\)$/,
  );
});

test('a tier that the call asks for is the reason where the models that the work prefers are of other tiers', () => {
  const left = sampleCandidates.filter(
    ({ model: { tier, family } }) => tier !== 'workhorse' || family === 'claude',
  );
  const reason = (features: SetFeatures) =>
    tiered.plan(requestFeatures({ asked: { tier: 'workhorse' }, ...features }), left, healthy).reason;
  const why = /^anthropic\/sonnet for [\w-]+: the call asks for this tier \(tier workhorse\)$/;
  assert.match(reason({ work: { tags: ['iteration'] } }), why);
  assert.match(reason({ work: { task: 'code-review' }, conversation: { authorFamily: 'claude' } }), why);
});

test('a preference that no model of any tier meets is the reason, also where the call asks for a tier', () => {
  const reason = (features: SetFeatures, isLeft: (candidate: Candidate) => boolean) => {
    const left = sampleCandidates.filter(isLeft);
    return tiered.plan(requestFeatures({ asked: { tier: 'workhorse' }, ...features }), left, healthy).reason;
  };
  assert.match(
    reason({ work: { tags: ['iteration'] } }, ({ model }) => !model.local),
    /: no local model can serve it \(tier workhorse\)$/,
  );
  const review = { work: { task: 'code-review' }, conversation: { authorFamily: 'claude' } } as const;
  assert.match(
    reason(review, ({ model }) => model.family === 'claude'),
    /: no other family can serve it \(tier workhorse\)$/,
  );
});

test('a call that asks for another tier than its work has is told that as the reason', () => {
  const reason = (features: SetFeatures) =>
    tiered.plan(requestFeatures(features), sampleCandidates, healthy).reason;
  assert.match(
    reason({ work: { tags: ['critical'] }, asked: { tier: 'economy' } }),
    /: the call asks for this tier \(tier economy\)$/,
  );
  assert.match(
    reason({ work: { task: 'code-review' }, asked: { tier: 'frontier' } }),
    /: the call asks for this tier \(tier frontier\)$/,
  );
  assert.match(
    reason({ work: { tags: ['critical'] }, asked: { tier: 'frontier' } }),
    /a mistake here costs more/,
  );
});
