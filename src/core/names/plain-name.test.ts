import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainName } from './plain-name.ts';

test('a revision of Bedrock is no part of the name, and a version before a tag of digits is', () => {
  for (const [name, plain] of [
    ['anthropic.claude-opus-5-5-v1:0', 'claude-opus-5-5'],
    ['amazon.nova-pro-v1:0:300k', 'nova-pro'],
    ['cohere.command-text-v14:7:4k', 'command-text'],
    ['us.openai.gpt-oss-120b-1:0', 'gpt-oss-120b'],
    ['mistral.mistral-large-2407-v1:0', 'mistral-large-2407'],
    ['deepseek-v3:0324', 'deepseek-v3'],
    ['deepseek-v3:671', 'deepseek-v3'],
    ['deepseek-v3:671b', 'deepseek-v3'],
    ['gpt-4:0', 'gpt-4'],
    ['phi-4:14', 'phi-4'],
  ] as const)
    assert.equal(plainName(name), plain, name);
});
