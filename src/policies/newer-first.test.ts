import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newerFirstKey } from './newer-first.ts';

test('a newer version precedes an older one, and names stay together', () => {
  const ids = [
    'anthropic/claude-opus-4-5',
    'anthropic/claude-opus-4-5-20251101',
    'anthropic/claude-opus-4-8',
    'anthropic/claude-opus-5',
    'google/gemini-3.10-flash',
    'google/gemini-3.6-flash',
    'google/gemini-3.8-flash',
    'openai/gpt-5',
    'openai/gpt-5-mini',
  ];
  assert.deepEqual(
    ids.toSorted((a, b) => (newerFirstKey(a) < newerFirstKey(b) ? -1 : 1)),
    [
      'anthropic/claude-opus-5',
      'anthropic/claude-opus-4-8',
      'anthropic/claude-opus-4-5',
      'anthropic/claude-opus-4-5-20251101',
      'google/gemini-3.10-flash',
      'google/gemini-3.8-flash',
      'google/gemini-3.6-flash',
      'openai/gpt-5',
      'openai/gpt-5-mini',
    ],
  );
});
