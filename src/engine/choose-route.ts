import { appendAll } from '../core/lists/append-all.ts';
import type { EngineContext } from './engine-context.ts';
import type { CallRecord } from './row/call-record.ts';
import type { ChosenRoute } from './route.ts';
import { classifyByModel } from './classify-by-model.ts';
import { findRoute } from './routing/find-route.ts';
import { newIgnoredGoal } from './routing/warnings/ignored-goal.ts';
import type { RequestSize } from './routing/size/measure-request.ts';

/**
 * Finds out where the call may go. Records the classification and the decision, with what ruled each candidate out,
 * even if no candidate is left.
 * @throws ConclaveError if no candidate can serve the call.
 */
export async function chooseRoute(
  engine: EngineContext,
  size: RequestSize,
  record: CallRecord,
): Promise<ChosenRoute> {
  const result = await findRoute(engine, record.call, size, {
    async classify(resolved) {
      const classified = await classifyByModel(engine, resolved, record);
      record.classification = classified.classification;
      return classified;
    },
  });
  record.decision = result.decision;
  if (result.kind === 'refused') throw result.error;
  appendAll(record.warnings, [...result.warnings, ...newIgnoredGoal(engine, result.route)]);
  return result;
}
