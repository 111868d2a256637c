import { asConclaveError } from '../../core/errors.ts';
import type { ToolContext, ToolParent } from '../offer/tool.ts';

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
  let isAsked = false;
  const drawing: ToolContext = {
    ...context,
    ask: (question) =>
      context.ask({
        parent: { id, reservation },
        ...question,
        onSettled(outcome) {
          isAsked ||= outcome.attempts > 0;
          question.onSettled?.(outcome);
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
    throw thrown;
  }
}

/** Each call's share of a cost ceiling that covers all calls together. */
export function ceilingPerCall(maxCostUsd: number | undefined, calls: number): number | undefined {
  return maxCostUsd === undefined ? undefined : maxCostUsd / Math.max(1, calls);
}
