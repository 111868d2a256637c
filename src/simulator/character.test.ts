import assert from 'node:assert/strict';
import { test } from 'node:test';
import { characterOf } from './character.ts';

const expected: readonly (readonly [provider: string, model: string, tier: string, family: string])[] = [
  ['anthropic', 'claude-opus-5-5', 'frontier', 'claude'],
  ['anthropic', 'claude-sonnet-5', 'workhorse', 'claude'],
  ['anthropic', 'claude-haiku-4-5', 'economy', 'claude'],
  ['openai', 'gpt-6-astra', 'frontier', 'gpt'],
  ['openai', 'gpt-6-sol', 'workhorse', 'gpt'],
  ['openai', 'gpt-5.4-mini', 'economy', 'gpt'],
  ['google', 'gemini-3.1-pro-preview', 'frontier', 'gemini'],
  ['google', 'gemini-3.8-flash', 'workhorse', 'gemini'],
  ['google', 'gemini-3.5-flash-lite', 'economy', 'gemini'],
  ['deepseek', 'deepseek-v4-pro', 'workhorse', 'deepseek'],
  ['deepseek', 'deepseek-v4-flash', 'economy', 'deepseek'],
  ['mistral', 'mistral-large-2512', 'workhorse', 'mistral'],
  ['ollama', 'qwen3:30b', 'workhorse', 'open'],
  ['ollama', 'llama3.2:3b', 'economy', 'open'],
  ['somebody', 'never-heard-of', 'workhorse', 'open'],
];

test("a model's name determines its skill and family", () => {
  for (const [provider, model, tier, family] of expected) {
    const character = characterOf(provider, model);
    assert.deepEqual([character.tier, character.family], [tier, family], model);
  }
});

test('the same model has the same character at every provider', () => {
  const names = [
    ['anthropic', 'claude-opus-5-5'],
    ['anthropic', 'claude-opus-5-5-20260901'],
    ['bedrock', 'eu.anthropic.claude-opus-5-5-20260901-v1:0'],
    ['bedrock', 'global.anthropic.claude-opus-5-5'],
    ['openrouter', 'anthropic/claude-opus-5-5'],
  ].map(([provider = '', model = '']) => characterOf(provider, model).name);
  assert.deepEqual([...new Set(names)], ['claude-opus-5-5']);
});
