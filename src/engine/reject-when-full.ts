import { ConclaveError } from '../core/errors.ts';
import type { Candidate } from '../core/deployment.ts';
import { expectedPrompt } from '../core/money/expected-prompt.ts';
import type { Route } from './route.ts';
import { patienceMs, soonest } from './deployments/capacity/acquire-slot.ts';
import { noCapacity } from './deployments/capacity/no-capacity.ts';
import type { DeploymentMemory } from './deployments/deployment-memory.ts';
import type { SettingsOf } from './services.ts';

/**
 * Rejects a call that would wait in vain at once, before it costs money, an intent row or a place in the queue.
 * @throws ConclaveError `rate_limited` with the time after which a retry makes sense.
 */
export function rejectWhenFull(
  engine: Pick<DeploymentMemory, 'load'> & SettingsOf<'balance'>,
  { plan, features }: Route,
): void {
  const candidates = plan.steps[0]?.candidates ?? [];
  const tokensOf = (candidate: Candidate) => expectedPrompt(candidate, features);
  const wait = soonest(engine, candidates, { tokensOf });
  if (wait <= patienceMs(engine) || candidates.length === 0) return;
  const refusals = candidates.flatMap((candidate) => {
    const { deployment } = candidate;
    const tokens = tokensOf(candidate);
    const full = engine.load.full(deployment, tokens);
    return full ? [noCapacity(engine.load, deployment, full, tokens).message] : [];
  });
  throw new ConclaveError('rate_limited', refusals.join(' '), {
    ...(wait < Infinity && { retryAfterMs: wait }),
  });
}
