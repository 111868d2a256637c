import type { Plan, RequestFeatures } from '../core/plan.ts';
import { upperBoundCost } from '../core/price.ts';
import type { ModelRequest } from '../core/request.ts';
import type { NanoUsd } from '../core/units.ts';

/**
 * The most that a plan can cost: in each of its steps one answer of the dearest candidate, as long as it may get. An
 * attempt that fails before its content costs nothing, so retries and fallbacks need no money of their own; the steps of
 * a cascade may all be paid for. Candidates of unknown price are the budget's business, not a number.
 */
export function reservationAmount(
  { steps }: Plan,
  { inputTokensUpperBound, outputTokens, at }: RequestFeatures,
  request: ModelRequest,
): NanoUsd {
  const answers = answersAsked(request);
  let sum = 0n;
  for (const { candidates } of steps) {
    let most = 0n;
    for (const { model } of candidates) {
      if (!model.price) continue;
      const output = answers * Math.min(outputTokens, model.maxOutputTokens ?? outputTokens);
      const cost = upperBoundCost(model.price, inputTokensUpperBound, output, at);
      if (cost > most) most = cost;
    }
    sum += most;
  }
  return sum;
}

/** How many answers a client wants at once: OpenAI's `n`. Each is paid for, the prompt once. */
function answersAsked({ extras }: ModelRequest): number {
  const n = extras?.find(({ name }) => name === 'n')?.value;
  return typeof n === 'number' && Number.isSafeInteger(n) && n > 1 ? n : 1;
}
