import type { ResolvedCall } from './choice/resolve-call.ts';
import type { UpdateServices } from './routing-services.ts';

/**
 * Reads what other processes on the same store know and this call needs and, at an open call after a start or a
 * rest, what was learned or pinned meanwhile. Returns `undefined` if there is nothing to wait for.
 */
export function readUpdates(
  engine: UpdateServices,
  { call, choice }: ResolvedCall,
): Promise<unknown> | undefined {
  const limits = engine.limits.refresh();
  const benches = engine.benches.refresh();
  const answers = engine.storedAnswers.recall(call, engine.ledger);
  const makers = engine.thoughtMakers.recall(call, engine.ledger);
  const isOpen = choice.kind === 'open' && !call.parent?.step;
  const learned = isOpen && !engine.knowsLearned() ? engine.recallLearned() : undefined;
  return limits || benches || answers || makers || learned
    ? Promise.all([limits, benches, answers, makers, learned])
    : undefined;
}
