import { asConclaveError } from '../../core/errors.ts';
import type { ToolContext, ToolParent } from '../offer/tool.ts';

/**
 * Does work of several calls under one row and one reservation: what all of them may cost is set aside before the first,
 * so a budget refuses the whole or nothing. The id of the row is the work's request id.
 * @throws ConclaveError `budget_exceeded` before anything is spent; whatever the work throws.
 */
export async function reserveOnce<Result>(
  context: ToolContext,
  parent: ToolParent,
  work: (context: ToolContext, requestId: string) => Promise<Result>,
): Promise<Result> {
  const { id, reservation, close } = await context.openParent(parent);
  const drawing: ToolContext = {
    ...context,
    ask: (question) => context.ask({ reservation, parentId: id, ...question }),
  };
  try {
    const result = await work(drawing, id);
    await close('ok');
    return result;
  } catch (thrown) {
    const error = asConclaveError(thrown);
    await close(context.signal.aborted ? 'cancelled' : 'failed', error);
    throw thrown;
  }
}

/** Each call's share of a ceiling that holds for all of them together. */
export function ceilingPerCall(maxCostUsd: number | undefined, calls: number): number | undefined {
  return maxCostUsd === undefined ? undefined : maxCostUsd / Math.max(1, calls);
}
