import type { FinishReason } from '../../core/wire/stream-part.ts';

const meanings: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  // The turn is not over: the client sends it back to let a server tool go on.
  pause_turn: 'other',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  other: 'end_turn',
};

/** What a `stop_reason` means. */
export function readFinishReason(raw: string): { reason: FinishReason; raw?: string } {
  return raw === '' ? { reason: 'other' } : { reason: meanings[raw] ?? 'other', raw };
}

/** The `stop_reason` of a finish: the provider's own where it means the same here. */
export function writeFinishReason({ reason, raw }: { reason: FinishReason; raw?: string }): string {
  return raw !== undefined && meanings[raw] === reason ? raw : words[reason];
}
