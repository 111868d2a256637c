import { ConclaveError } from '../../core/errors.ts';
import type { RequestFeatures } from '../../core/routing/request/request-features.ts';
import { dollarText, nanoFromUsd } from '../../core/units.ts';
import type { CallRecord } from '../row/call-record.ts';
import { budgetName } from './budget-refusal.ts';
import { raiseLimit } from './raise-limit.ts';

/**
 * The reservation covers the most expensive attempt; what a failed attempt may be billed is needed in addition to the
 * next. Returns the refusal of the limit that does not cover both: the caller's own for the call, or a budget.
 */
export async function coverLost(
  record: CallRecord,
  { limits: { maxCostUsd } }: RequestFeatures,
  { code }: ConclaveError,
): Promise<ConclaveError | undefined> {
  const lost = record.attempts.at(-1)?.cost ?? 0n;
  if (lost === 0n) return undefined;
  const all = record.attempts.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n);
  const soFar = `Failed attempts may be billed at ${dollarText(all)}`;
  if (maxCostUsd !== undefined && all >= nanoFromUsd(maxCostUsd)) {
    return new ConclaveError(
      code,
      `${soFar}, which reaches the call's cost limit (${maxCostUsd} USD), so no further model is tried. Raise the limit, or ask again.`,
    );
  }
  const held = await record.holdMore(lost);
  if (held.ok) return undefined;
  const raise = raiseLimit(held.refusedBy, { principal: record.call.principal, amount: lost });
  return new ConclaveError(
    'budget_exceeded',
    `${soFar}; in addition to it, the ${budgetName(held.refusedBy)} of $${held.refusedBy.limitUsd} does not allow another attempt. To go on, ${raise}, or ask for a shorter answer (max_tokens).`,
  );
}
