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
  ] as const)
    assert.ok(!isElsewhere(one, other), `${one} ${other}`);
  assert.ok(isElsewhere('openrouter/z-ai/glm-5:free', 'zai/glm-5'));
});
