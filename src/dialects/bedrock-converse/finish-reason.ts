import type { FinishReason } from '../../core/wire/stream-part.ts';

const meanings: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  refusal: 'content-filter',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'content_filtered',
  other: 'end_turn',
};

/** Returns the meaning of a `stopReason`. */
export function readFinishReason(raw: string): { reason: FinishReason; raw?: string } {
  return raw === '' ? { reason: 'other' } : { reason: meanings[raw] ?? 'other', raw };
}

/** Returns the `stopReason` of a finish: the provider's own if it means the same here. */
export function writeFinishReason({ reason, raw }: { reason: FinishReason; raw?: string }): string {
  return raw !== undefined && meanings[raw] === reason ? raw : words[reason];
}
