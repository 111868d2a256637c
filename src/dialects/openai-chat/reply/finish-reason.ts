import { ConclaveError } from '../../../core/errors.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import type { FinishReason, StreamPart } from '../../../core/wire/stream-part.ts';

/** OpenAI's words, and those of other makers that servers of its API pass on, in lower case. */
const meanings: ReadonlyMap<string, FinishReason> = new Map([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['complete', 'stop'],
  ['completed', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  // As Responses calls it; Azure and gateways in front of Responses pass it on.
  ['incomplete', 'length'],
  ['tool_calls', 'tool-calls'],
  ['tool_call', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['refusal', 'content-filter'],
  ['safety', 'content-filter'],
  ['recitation', 'content-filter'],
]);

/**
 * Finish reasons that report a failure of the provider instead of the end of an answer: OpenRouter, DeepSeek, Z.AI,
 * SGLang and vLLM.
 */
const failures: ReadonlyMap<string, ErrorCode> = new Map([
  ['abort', 'provider_error'],
  ['cancelled', 'provider_error'],
  ['error', 'provider_error'],
  ['insufficient_system_resource', 'provider_overloaded'],
  ['network_error', 'provider_error'],
]);

/** Whether an answer with this finish reason was ended before it was complete, so that its last call may not be either. */
export function cutsAnswer(raw: string | undefined): boolean {
  const reason = raw === undefined ? undefined : meanings.get(raw.toLowerCase());
  return reason === 'length' || reason === 'content-filter';
}

/** Returns the finish reason of an answer whose parts ended for these: one that says that it is not complete, if any does. */
export function reasonOfParts(reasons: readonly string[]): string | undefined {
  return reasons.find((raw) => failures.has(raw.toLowerCase())) ?? reasons.find(cutsAnswer) ?? reasons.at(-1);
}

/** Returns the last part of an answer with this finish reason. */
export function endPart(raw: string, sawToolCalls: boolean): StreamPart {
  const failure = failures.get(raw.toLowerCase());
  if (failure === undefined) return { type: 'finish', reason: readFinishReason(raw, sawToolCalls), raw };
  const why = `The provider gave up in the middle of its answer ("${raw}").`;
  return { type: 'error', error: new ConclaveError(failure, why), counted: true };
}

/** A `stop` after tool calls counts as one for tool calls: a forced tool ends with `stop` at OpenAI and others. */
function readFinishReason(raw: string, sawToolCalls: boolean): FinishReason {
  const reason = meanings.get(raw.toLowerCase()) ?? 'other';
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
