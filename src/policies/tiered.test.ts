import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthy, sampleCandidates, ordinary } from '../../test/support/policy-candidates.ts';
import type { RequestFeatures } from '../core/routing/plan.ts';
import type { Candidate } from '../core/provider.ts';
import tiered from './tiered.ts';

const choice = (features: Partial<RequestFeatures>) =>
  tiered
    .plan({ ...ordinary, ...features }, sampleCandidates, healthy)
    .steps[0]?.candidates.map(({ model }) => model.id) ?? [];
const first = (features: Partial<RequestFeatures>) => choice(features)[0];

test('small work goes to the economy tier, ordinary work to the workhorse tier', () => {
  for (const task of ['formatting', 'classification', 'extraction'] as const) {
    assert.equal(first({ task }), 'deepseek/chat', task);
  }
  for (const task of ['code-generation', 'refactoring', 'test-writing', 'documentation', 'chat'] as const) {
    assert.equal(first({ task }), 'google/flash', task);
  }
  assert.equal(first({}), 'google/flash');
});

test('architecture, complex debugging and security review go to the frontier tier whatever the cost', () => {
  for (const task of ['architecture', 'debugging', 'security-review'] as const) {
    assert.equal(first({ task }), 'google/pro', task);
  }
  assert.equal(first({ task: 'debugging', difficulty: 0.1 }), 'google/flash');
});

test('schemas and function calls go to a GPT workhorse, even if another is cheaper', () => {
  assert.deepEqual(choice({ task: 'structured-output' }).slice(0, 2), ['openai/gpt-medium', 'google/flash']);
  assert.equal(first({ task: 'function-calling' }), 'openai/gpt-medium');
});

test('code is reviewed by a workhorse of another family, and critical code by the frontier tier', () => {
  assert.equal(first({ task: 'code-review', authorFamily: 'gemini' }), 'anthropic/sonnet');
  assert.equal(first({ task: 'code-review', authorFamily: 'claude' }), 'google/flash');
  assert.equal(first({ task: 'code-review', authorFamily: 'claude', tags: ['critical'] }), 'google/pro');
});

test('algorithms, SQL, boilerplate and cost-sensitive code go to DeepSeek', () => {
  assert.equal(first({ task: 'math' }), 'deepseek/chat');
  for (const tag of ['sql', 'boilerplate', 'algorithm', 'cost-sensitive']) {
    assert.equal(first({ task: 'code-generation', tags: [tag] }), 'deepseek/chat', tag);
  }
});

test('sensitive data and loops of many calls stay on local models', () => {
  assert.equal(first({ tags: ['sensitive'], task: 'architecture' }), 'ollama/llama');
  assert.equal(first({ tags: ['iteration'] }), 'ollama/llama');
  assert.equal(first({ tags: ['Iteration'] }), 'ollama/llama');
});

test('a requested tier is kept', () => {
  assert.equal(first({ task: 'architecture', tier: 'economy' }), 'deepseek/chat');
  assert.equal(first({ task: 'structured-output', tier: 'frontier' }), 'openai/gpt');
});

test('prompts about SQL, algorithms and boilerplate go to DeepSeek, but reviews of such code do not', () => {
  for (const prompt of [
    'Write a SQL query for the ten largest orders.',
    'Find the shortest path in a weighted graph, in O(n log n).',
    'Generate the boilerplate of an Express app.',
  ]) {
    assert.equal(first({ task: 'code-generation', prompt }), 'deepseek/chat', prompt);
    assert.equal(first({ prompt }), 'deepseek/chat', prompt);
  }
  assert.equal(first({ task: 'security-review', prompt: 'Audit this SQL query.' }), 'google/pro');
  assert.equal(first({ task: 'code-generation', prompt: 'Write a debounce function.' }), 'google/flash');
});

test('a prompt that asks for SQL goes to DeepSeek whatever task was guessed, unless the caller named the task', () => {
  const query = 'Write an SQL query for the top ten customers by revenue per month';
  const joined = 'SELECT * FROM orders: how do I join it with customers?';
  for (const task of ['architecture', 'api-integration', 'chat'] as const) {
    assert.equal(first({ task, prompt: query }), 'deepseek/chat', task);
    assert.equal(first({ task, prompt: joined }), 'deepseek/chat', task);
  }
  assert.equal(first({ task: 'architecture', isTaskNamed: true, prompt: query }), 'google/pro');
  assert.equal(first({ task: 'architecture', prompt: 'SQL or NoSQL for a bank?' }), 'google/pro');
  assert.equal(first({ task: 'debugging', prompt: `Why does this fail? ${joined}` }), 'google/pro');
});

test('the reason is true of the chosen model', () => {
  const reason = (features: Partial<RequestFeatures>, without: (candidate: Candidate) => boolean) => {
    const left = sampleCandidates.filter((one) => !without(one));
    return tiered.plan({ ...ordinary, ...features }, left, healthy).reason;
  };
  const nobody = () => false;
  assert.match(reason({ tags: ['sql'] }, nobody), /DeepSeek reasons/u);
  assert.match(
    reason({ tags: ['sql'] }, ({ model }) => model.family === 'deepseek'),
    /deepseek cannot serve it/u,
  );
  assert.match(
    reason({ tags: ['iteration'] }, ({ model }) => model.local),
    /no local model can serve it/u,
  );
  const sql = { task: 'code-generation', prompt: 'Write a SQL query.' } as const;
  assert.match(reason(sql, nobody), /it mentions SQL.* DeepSeek reasons/u);
  assert.match(reason({ task: 'architecture' }, nobody), /\(tier frontier\)$/u);
  const cheapest = ({ model }: Candidate) => model.tier === 'frontier';
  assert.match(reason({ task: 'architecture' }, cheapest), /\(tier workhorse; frontier was wanted\)$/u);
  assert.match(reason({ task: 'code-review' }, nobody), /ordinary work/u);
  assert.match(reason({ task: 'code-review', authorFamily: 'gemini' }, nobody), /another family sees/u);
});

test('a call that asks for another tier than its work has is told that as the reason', () => {
  const reason = (features: Partial<RequestFeatures>) =>
    tiered.plan({ ...ordinary, ...features }, sampleCandidates, healthy).reason;
  assert.match(
    reason({ tags: ['critical'], tier: 'economy' }),
    /: the call asks for this tier \(tier economy\)$/,
  );
  assert.match(
    reason({ task: 'code-review', tier: 'frontier' }),
    /: the call asks for this tier \(tier frontier\)$/,
  );
  assert.match(reason({ tags: ['critical'], tier: 'frontier' }), /a mistake here costs more/);
});
