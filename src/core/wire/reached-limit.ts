import type { FinishPart } from './stream-part.ts';

/** The words of all dialects for an answer that stopped at the limit of its tokens or of the model's window. */
const limitWords: ReadonlySet<string | undefined> = new Set([
  'length',
  'max_tokens',
  'max_output_tokens',
  'MAX_TOKENS',
  'model_length',
  'model_context_window_exceeded',
]);

/**
 * Returns the finish reason that the ledger keeps, in the provider's own words: of several answers to one request, that of
 * one that was cut, otherwise that of the first.
 */
export function keptReason({ reason, raw = reason, furtherRaw = [] }: FinishPart): string {
  return [raw, ...furtherRaw].find(reachedLimit) ?? raw;
}

/** Whether an answer was cut. The ledger keeps the finish reason in the provider's own words. */
export function reachedLimit(finishReason: string | undefined): boolean {
  return limitWords.has(finishReason);
}
