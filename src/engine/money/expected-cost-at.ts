import { expectedCost } from '../../core/money/expected-cost.ts';
import type { Candidate } from '../../core/deployment.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { expectedPrompt } from '../../core/money/expected-prompt.ts';

/**
 * Estimates the cost of a call at a candidate, in nano-dollars: of a prompt that its provider shortens, what is left.
 * `undefined` if the price is unknown.
 */
export function expectedCostAt(candidate: Candidate, features: RequestFeatures): number | undefined {
  const { at, size } = features;
  const expected = expectedPrompt(candidate, features);
  if (expected === size.prompt.expected) return expectedCost(candidate.model, features);
  const prompt = { ...size.prompt, expected };
  return expectedCost(candidate.model, { at, size: { ...size, prompt } });
}
