import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newerFirstKey } from './newer-first.ts';

const inOrder = [
  'anthropic/claude-opus-5-5',
  'anthropic/claude-opus-5',
  'anthropic/claude-opus-5-20260204',
  'anthropic/claude-opus-4-8',
  'anthropic/claude-opus-4-5',
  'anthropic/claude-opus-4-5-20251101',
  'anthropic/claude-opus-4-20250514',
  'google/gemini-3.10-flash',
  'google/gemini-3.8-flash',
  'google/gemini-3.6-flash',
  'google/gemini-3-flash',
  'meta/llama-3.1-70b',
  'meta/llama-3-70b',
  'moonshot/kimi-k2.7',
  'moonshot/kimi-k2',
  'moonshot/kimi-k2-0905',
  'openai/gpt-5.6',
  'openai/gpt-5.6-mini',
  'openai/gpt-5',
  'openai/gpt-5-2025-08-07',
  'openai/gpt-5-mini',
  'openai/gpt-4.1',
  'openai/gpt-4',
  'openai/gpt-4-1106-preview',
  'openai/gpt-4-0613',
  'openai/gpt-4o',
  'openai/gpt-4o-2024-11-20',
  'openai/gpt-4o-2024-08-06',
];

test('sorts newer versions before older ones and before dated ones, and keeps models of a name together', () => {
  const sorted = inOrder.toReversed().toSorted((a, b) => (newerFirstKey(a) < newerFirstKey(b) ? -1 : 1));
  assert.deepEqual(sorted, inOrder);
});
