import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reasoning } from '../../core/wire/request.ts';
import { gptEfforts, needsResponses, samplingEdits } from './gpt-habits.ts';

const f = { name: 'f', inputSchema: { type: 'object' } };
const needs = (model: string, reasoning?: Reasoning, tools = [f]) =>
  needsResponses({ model, messages: [], stream: false, tools, ...(reasoning && { reasoning }) }, model);

test('from GPT-5.4 on, functions together with reasoning require Responses', () => {
  for (const model of [
    'gpt-5.4',
    'gpt-5.4-mini',
    'gpt-5.6-terra',
    'gpt-6-sol',
    'gpt-6.1-sol',
    'openai/gpt-10',
  ])
    assert.ok(needs(model, { effort: 'medium' }), model);
  for (const model of ['o3', 'gpt-5', 'gpt-5.2', 'gpt-4.1', 'gpt-6-chat-latest', 'gpt-oss-120b', 'llama-6'])
    assert.ok(!needs(model, { effort: 'medium' }), model);
});

test('a request without an effort counts as one with reasoning if the model reasons by default', () => {
  assert.ok(!needs('gpt-5.4'));
  for (const model of ['gpt-5.5', 'gpt-5.6-luna', 'gpt-6-sol']) assert.ok(needs(model), model);
  assert.ok(needs('gpt-5.4', { budgetTokens: 2_000 }));
  assert.ok(!needs('gpt-6-sol', { effort: 'none' }));
  assert.ok(!needs('gpt-6-sol', { effort: 'high' }, []));
  assert.ok(!needs('gpt-6-sol', { budgetTokens: 0 }));
});

test('an Astra cannot answer without reasoning, so its functions always require Responses, as its highest effort does', () => {
  for (const reasoning of [undefined, { effort: 'none' }, { budgetTokens: 0 }, { effort: 'low' }] as const)
    assert.ok(needs('gpt-6-astra', reasoning), JSON.stringify(reasoning));
  assert.ok(needs('gpt-6-astra', { effort: 'max' }, []));
  for (const effort of ['none', 'xhigh'] as const) assert.ok(!needs('gpt-6-astra', { effort }, []), effort);
  assert.ok(!needs('gpt-6-sol', { effort: 'max' }, []));
});

test('models that Chat Completions does not offer require Responses', () => {
  for (const model of ['gpt-5-pro', 'o3-pro', 'gpt-5.1-codex', 'gpt-5.3-codex-mini', 'o3-deep-research'])
    assert.ok(needs(model, { effort: 'none' }, []), model);
});

test('each generation has the efforts that it supports', () => {
  const known: readonly (readonly [model: string, efforts: string | undefined])[] = [
    ['gpt-4.1', undefined],
    ['gpt-5-chat-latest', undefined],
    ['llama-6', undefined],
    ['o3', 'low medium high'],
    ['openai/gpt-oss-120b', 'low medium high'],
    ['gpt-5-mini', 'minimal low medium high'],
    ['gpt-5-pro', 'high'],
    ['gpt-5.1', 'none low medium high'],
    ['gpt-5.1-codex', 'low medium high'],
    ['gpt-5.4', 'none low medium high xhigh'],
    ['gpt-5.4-pro', 'medium high xhigh'],
    ['gpt-6-sol', 'none low medium high xhigh max'],
    ['openai/gpt-6-astra', 'low medium high xhigh max'],
    ['openai/gpt-5.6-sol', 'none low medium high xhigh max'],
  ];
  for (const [model, efforts] of known) assert.equal(gptEfforts(model)?.join(' '), efforts, model);
});

test('a model that reasons gets none of the settings that it rejects; one that does not gets all', () => {
  const members = [
    'temperature',
    'top_p',
    'presence_penalty',
    'frequency_penalty',
    'logprobs',
    'top_logprobs',
    'logit_bias',
  ];
  const body = Object.fromEntries([...members, 'user', 'seed'].map((member) => [member, 1]));
  const removed = (model: string) => {
    const warnings: string[] = [];
    const request = { model, messages: [], stream: false };
    const edits = samplingEdits(body, { request, target: { model, quirks: {}, stream: false }, warnings });
    assert.equal(warnings.length, edits.length);
    return edits.map(({ member }) => member);
  };
  for (const model of ['o3', 'gpt-5', 'openai/gpt-6-sol']) assert.deepEqual(removed(model), members, model);
  for (const model of ['gpt-4.1', 'gpt-5-chat-latest', 'mistral-large'])
    assert.deepEqual(removed(model), [], model);
});
