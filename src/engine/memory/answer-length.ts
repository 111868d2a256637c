import type { Call, CallReceipt } from '../../core/call.ts';
import { completionTokens } from '../../core/money/usage.ts';
import type { Tokens } from '../../core/units.ts';

/**
 * Returns how long the answer to a call was, reasoning included; `undefined` if it says nothing about how long the model's
 * answers are: an embedding is no answer, one that was cut might have been longer, and the usage of a cascade is the sum
 * over all its answers.
 */
export function answerLength(
  { request }: { readonly request: Pick<Call['request'], 'embedding'> },
  { state, attempts, isCut, usage }: Pick<CallReceipt, 'state' | 'attempts' | 'isCut' | 'usage'>,
  answers: number,
): Tokens | undefined {
  if (state !== 'ok' || attempts !== 1 || isCut || request.embedding !== undefined) return undefined;
  return completionTokens(usage) / answers;
}
