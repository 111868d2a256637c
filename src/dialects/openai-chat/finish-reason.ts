import type { FinishReason } from '../../core/wire/stream-part.ts';

const reasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
  refusal: 'content-filter',
};

/**
 * Returns the finish reason. A `stop` after tool calls counts as one for tool calls: a forced tool ends with `stop` at
 * OpenAI and others.
 */
export function readFinishReason(raw: string, sawToolCalls: boolean): FinishReason {
  const reason = reasons[raw] ?? 'other';
  return sawToolCalls && reason === 'stop' ? 'tool-calls' : reason;
}

/**
 * Returns OpenAI's finish reason. OpenAI has four, one of them with two names; `other` is closest to `stop`. `older`:
 * the call is in the older form.
 */
export function writeFinishReason(reason: FinishReason, older: boolean): string {
  switch (reason) {
    case 'tool-calls':
      return older ? 'function_call' : 'tool_calls';
    case 'content-filter':
      return 'content_filter';
    case 'other':
      return 'stop';
    default:
      return reason;
  }
}
