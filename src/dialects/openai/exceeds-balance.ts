/** Whether a call was refused only because it may cost more than what is left: one that costs less may still fit. */
export function exceedsBalance(
  { codes, message }: { readonly codes: readonly string[]; readonly message: string },
  status: number | undefined,
): boolean {
  if (codes.includes('weight_exceeds_budget')) return true;
  if (codes.includes('pre_consume_token_quota_failed')) return !nothingLeft.test(message);
  if (codes.includes('insufficient_user_quota')) return someLeft.test(message);
  return status === 402 && tooDear.test(message);
}

/** New API's statement of the key's or the user's balance, in a currency or in points of its own. */
const someLeft = /(?:remain quota|剩余额度)\s*[:：]\s*[^\d\s,，-]{0,3}[\d.]*[1-9]/;
const nothingLeft = /(?:remain quota|剩余额度)\s*[:：]\s*[^\d\s,，-]{0,3}(?:-|[0.]+(?![\d.]))/;

/** OpenRouter's messages, without a code. Nothing fits if it is 0. https://github.com/can1357/oh-my-pi/issues/9569, anomalyco/opencode/issues/12219 */
const tooDear =
  /^(?:This request requires more credits, or fewer max_tokens\b.{0,200}\bcan only afford|Prompt tokens limit exceeded: \d+ >) [1-9]/;
