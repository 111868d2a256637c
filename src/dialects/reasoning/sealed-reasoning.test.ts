import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openReasoning, sealOrigin, sealReasoning } from './sealed-reasoning.ts';

test('a sealed proof names its dialect and opens only for it', () => {
  const sealed = sealReasoning('openai-responses', { id: 'rs_1', encrypted_content: 'gAAA:{}' });
  assert.equal(sealOrigin(sealed), 'openai-responses');
  assert.deepEqual(openReasoning('openai-responses', sealed), { id: 'rs_1', encrypted_content: 'gAAA:{}' });
  assert.equal(openReasoning('openai-chat', sealed), undefined);
});

test('a bare signature is Anthropic’s, and a damaged seal does not open', () => {
  assert.equal(sealOrigin('ErUBCkYIBxgCIkD+:/=='), undefined);
  assert.equal(openReasoning('openai-chat', 'openai-chat:{"a":'), undefined);
  assert.equal(openReasoning('openai-chat', undefined), undefined);
});
