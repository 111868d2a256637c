import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endPart, writeFinishReason } from './finish-reason.ts';

test('every provider’s word for the end of an answer is read by its meaning', () => {
  const words = {
    stop: ['stop', 'eos', 'eos_token', 'end_turn', 'stop_sequence', 'COMPLETE', 'STOP'],
    length: [
      'length',
      'Length',
      'max_tokens',
      'MAX_TOKENS',
      'max_output_tokens',
      'model_length',
      'model_context_window_exceeded',
      'incomplete',
    ],
    'tool-calls': ['tool_calls', 'TOOL_CALL', 'tool_use', 'function_call'],
    'content-filter': ['content_filter', 'content_filtered', 'sensitive', 'refusal', 'SAFETY', 'RECITATION'],
    other: ['a-new-word', 'constructor'],
  } as const;
  for (const [reason, raws] of Object.entries(words)) {
    for (const raw of raws) assert.deepEqual(endPart(raw, false), { type: 'finish', reason, raw });
  }
});

test('a stop after tool calls is one for tool calls, and a cut or blocked answer stays one', () => {
  const reasonOf = (raw: string) => {
    const part = endPart(raw, true);
    return part.type === 'finish' && part.reason;
  };
  assert.deepEqual(['stop', 'eos', 'length', 'model_length', 'content_filter'].map(reasonOf), [
    'tool-calls',
    'tool-calls',
    'length',
    'length',
    'content-filter',
  ]);
});

test('a provider that gives up in the middle of an answer has failed, and its tokens count', () => {
  const failures = {
    abort: 'provider_error',
    cancelled: 'provider_error',
    error: 'provider_error',
    network_error: 'provider_error',
    insufficient_system_resource: 'provider_overloaded',
  };
  for (const [raw, code] of Object.entries(failures)) {
    const part = endPart(raw, false);
    assert.deepEqual(part.type === 'error' && [part.error.code, part.counted], [code, true], raw);
  }
});

test('clients get the finish reasons that OpenAI has', () => {
  const reasons = ['stop', 'length', 'tool-calls', 'content-filter', 'other'] as const;
  const written = (older: boolean) => reasons.map((reason) => writeFinishReason(reason, older));
  assert.deepEqual(written(false), ['stop', 'length', 'tool_calls', 'content_filter', 'stop']);
  assert.deepEqual(written(true), ['stop', 'length', 'function_call', 'content_filter', 'stop']);
});
