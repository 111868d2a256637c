import { credentialKey } from '../../core/credential-key.ts';
import type { Candidate } from '../../core/provider.ts';

/** Removes the waiting candidates whose window is no larger: a prompt that overflowed one overflows them all. */
export function dropNarrower(waiting: Candidate[], { model: { contextWindow } }: Candidate): void {
  if (contextWindow === undefined) return;
  keep(waiting, ({ model }) => model.contextWindow === undefined || model.contextWindow > contextWindow);
}

/**
 * Removes the waiting candidates with the same key at the same addresses, and returns how many. A key may be refused
 * only because it was sent to the wrong address.
 */
export function dropSameKey(waiting: Candidate[], { deployment }: Candidate): number {
  const account = credentialKey(deployment);
  const addresses = new Set(deployment.endpoints.map(({ baseUrl }) => baseUrl));
  const before = waiting.length;
  keep(
    waiting,
    ({ deployment: other }) =>
      credentialKey(other) !== account || other.endpoints.some(({ baseUrl }) => !addresses.has(baseUrl)),
  );
  return before - waiting.length;
}

function keep(waiting: Candidate[], isKept: (candidate: Candidate) => boolean): void {
  waiting.splice(0, waiting.length, ...waiting.filter(isKept));
}
