import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usagePart } from './usage.ts';

test('no more tokens count as cached than the prompt has', () => {
  const part = usagePart(
    {
      prompt_tokens: 10,
      completion_tokens: 1,
      prompt_tokens_details: { cached_tokens: 50, cache_write_tokens: 7 },
    },
    {},
    [],
  );
  assert.ok(part.type === 'usage');
  const { input, cacheRead, cacheWrite } = part.usage;
  assert.deepEqual({ input, cacheRead, cacheWrite }, { input: 0, cacheRead: 10, cacheWrite: 0 });
});
