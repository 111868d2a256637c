/** The words of all dialects for an answer that stopped at the limit of its tokens or of the model's window. */
const limitWords: ReadonlySet<string | undefined> = new Set([
  'length',
  'max_tokens',
  'max_output_tokens',
  'MAX_TOKENS',
  'model_length',
  'model_context_window_exceeded',
]);

/** Whether an answer was cut. The ledger keeps the finish reason in the provider's own words. */
export function reachedLimit(finishReason: string | undefined): boolean {
  return limitWords.has(finishReason);
}
