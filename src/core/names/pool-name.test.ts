import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isElsewhere, poolName } from './pool-name.ts';

test('a model has one name at every provider, and models of other sizes or without a version have their own', () => {
  const [direct, bedrock, router] = [
    'anthropic/claude-opus-5-5',
    'bedrock/global.anthropic.claude-opus-5-5-v1:0',
    'openrouter/anthropic/claude-opus-5.5',
  ];
  assert.equal(new Set([direct, bedrock, router].map(poolName)).size, 1);
  assert.ok(isElsewhere(direct, bedrock) && !isElsewhere(direct, direct));
  assert.ok(!isElsewhere(direct, 'bedrock/anthropic.claude-opus-5-v1:0'));
  assert.ok(
    !isElsewhere('ollama/qwen3:8b', 'lab/qwen3:32b') && isElsewhere('ollama/qwen3:8b', 'lab/qwen3:8b'),
  );
  assert.ok(!isElsewhere('first/small', 'second/small'));
  for (const [one, other] of [
    ['ollama/gemma3:270m', 'lab/gemma3:4b'],
    ['ollama/phi3:mini', 'lab/phi3:medium'],
    ['lab/kimi-k2:0905', 'other/kimi-k2'],
    ['lab/qwen3-235b-a22b:2507', 'other/qwen3-235b-a22b:0628'],
    ['ollama/phi-4:14', 'lab/phi-3:14'],
    ['lab/deepseek-v3:0324', 'other/deepseek-v3'],
    ['lab/deepseek-v3:671', 'other/deepseek-v3:0324'],
  ] as const)
    assert.ok(!isElsewhere(one, other), `${one} ${other}`);
  for (const [one, other] of [
    ['openrouter/z-ai/glm-5:free', 'zai/glm-5'],
    ['bedrock/openai.gpt-oss-120b-1:0', 'groq/openai/gpt-oss-120b'],
    ['bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0:200k', 'anthropic/claude-3-5-sonnet-20241022'],
    ['ollama/qwen3:latest', 'lab/qwen3'],
    ['bedrock/cohere.command-r7-v1:1', 'lab/command-r7'],
  ] as const)
    assert.ok(isElsewhere(one, other), `${poolName(one)} ${poolName(other)}`);
  assert.ok(!isElsewhere('ollama/granite-3:8b', 'lab/granite-3:2b'));
});
