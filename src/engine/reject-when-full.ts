import { ConclaveError } from '../core/errors.ts';
import type { EngineContext, Route } from './context.ts';
import { patienceMs, soonest } from './deployments/acquire-slot.ts';
import { noCapacity } from './deployments/no-capacity.ts';

/**
 * Refuses at once a call that would wait in vain, before it costs money, a row's intent or a place in line.
 * @throws ConclaveError `rate_limited` with the time after which it makes sense again.
 */
export function rejectWhenFull(engine: EngineContext, { plan, features }: Route): void {
  const candidates = plan.steps[0]?.candidates ?? [];
  const { inputTokens } = features;
  const wait = soonest(engine, candidates, inputTokens);
  if (wait <= patienceMs(engine) || candidates.length === 0) return;
  const refusals = candidates.flatMap(({ deployment }) => {
    const full = engine.load.full(deployment, inputTokens);
    return full ? [noCapacity(engine.load, deployment, full, inputTokens).message] : [];
  });
  throw new ConclaveError('rate_limited', refusals.join(' '), {
    ...(wait < Infinity && { retryAfterMs: wait }),
  });
}
