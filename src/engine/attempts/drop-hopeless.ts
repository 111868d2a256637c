import { credentialKey } from '../../core/credential-key.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { Candidate } from '../../core/provider.ts';
import { refusalOf } from '../deployments/refusal.ts';

/** Removes the waiting candidates that would fail as this one did. */
export function dropHopeless(waiting: Candidate[], failed: Candidate, error: ConclaveError): void {
  const isHopeless = hopelessAfter(failed, error);
  if (isHopeless) waiting.splice(0, waiting.length, ...waiting.filter((other) => !isHopeless(other)));
}

function hopelessAfter(
  { model: { contextWindow }, deployment }: Candidate,
  error: ConclaveError,
): ((other: Candidate) => boolean) | undefined {
  if (error.code === 'context_too_long') {
    // Restored reasoning may have made the prompt too long; it is left out next time.
    if (error.details.hadRestoredReasoning || contextWindow === undefined) return undefined;
    return ({ model }) => model.contextWindow !== undefined && model.contextWindow <= contextWindow;
  }
  if (refusalOf(error)?.of !== 'credential') return undefined;
  const account = credentialKey(deployment);
  const addresses = new Set(deployment.endpoints.map(({ baseUrl }) => baseUrl));
  // A key may be refused only because it was sent to the wrong address.
  return ({ deployment: other }) =>
    credentialKey(other) === account && other.endpoints.every(({ baseUrl }) => addresses.has(baseUrl));
}
