import { asConclaveError } from '../../core/errors.ts';
import type { CallCeiling } from '../../core/routing/request/shared-ceiling.ts';
import { meterCalls } from '../offer/call-meter.ts';
import type { ToolContext, ToolParent } from '../offer/tool.ts';
import { withCost } from './with-cost.ts';

/**
 * Runs work of several calls under one row and one reservation: the cost of all calls is reserved before the first, so
 * a budget refuses all of the work or none. The id of the row is the work's request id.
 * @throws ConclaveError `budget_exceeded` before anything is spent; also what the work throws.
 */
export async function reserveOnce<Result>(
  context: ToolContext,
  parent: ToolParent,
  work: (context: ToolContext, requestId: string) => Promise<Result>,
): Promise<Result> {
  const { id, reservation, close } = await context.openParent(parent);
  const { context: metered, read } = meterCalls(context);
  let isAsked = false;
  const drawing: ToolContext = {
    ...context,
    ask: (question) =>
      metered.ask({
        parent: { id, reservation },
        ...question,
        onSettled(receipt) {
          isAsked ||= receipt.attempts > 0;
          question.onSettled?.(receipt);
        },
      }),
  };
  try {
    const result = await work(drawing, id);
    await close('ok');
    return result;
  } catch (thrown) {
    const error = asConclaveError(thrown);
    await close(context.signal.aborted ? 'cancelled' : isAsked ? 'failed' : 'refused', error);
    throw isAsked && !context.signal.aborted
      ? withCost(error, { ...read(), what: 'It', requestId: id })
      : thrown;
  }
}

/** Each call's share of a cost ceiling that covers all calls together. */
export function ceilingPerCall(
  { maxCostUsd, sharedCeiling: shared }: CallCeiling,
  calls: number,
): CallCeiling {
  if (maxCostUsd === undefined) return {};
  if (calls < 2) return { maxCostUsd, ...(shared && { sharedCeiling: shared }) };
  return {
    maxCostUsd: maxCostUsd / calls,
    sharedCeiling: { kind: 'part', maxCostUsd, calls, ...(shared && { shared }) },
  };
}
