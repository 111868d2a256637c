import type { FinishReason } from '../../../core/wire/stream-part.ts';
import { finishReasons } from '../../replies/finish-reasons.ts';

const meanings: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
  // The turn is not over: the client sends it back so that a server tool can continue.
  pause_turn: 'other',
};

const words: Readonly<Record<FinishReason, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  other: 'end_turn',
};

/** The values of `stop_reason`. */
export const finishReason = finishReasons(meanings, words);
