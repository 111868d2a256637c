import { accountAt } from '../../../core/accounts/account-at.ts';
import type { ConclaveError } from '../../../core/errors.ts';
import type { Candidate } from '../../../core/deployment.ts';
import { refusalOf } from '../../deployments/health/refusal.ts';
import { withRetryEstimate } from '../../deployments/capacity/with-retry-estimate.ts';
import { warnOnce } from '../../row/warn-once.ts';
import type { AttemptServices } from '../attempt-services.ts';
import { dropAccount, dropNarrower } from './drop-hopeless.ts';
import type { FallbackState } from './fallback-state.ts';
import type { LostAttempt } from './lost-attempt.ts';

/** Notes what a failed attempt has shown: for the caller, for the candidates still to be asked, and for later calls. */
export function noteLost(
  { load, missing }: Pick<AttemptServices, 'load' | 'missing'>,
  fallback: FallbackState,
  { candidate, error, isUnasked, dialect, rejectedReasoning }: LostAttempt,
): void {
  const { model, deployment } = candidate;
  fallback.failures.push({ model: model.id, error: withRetryEstimate(load, candidate, error), isUnasked });
  if (error.hint === 'no-such-path' && dialect !== undefined) missing.note(deployment, dialect);
  if (error.code === 'context_too_long' && rejectedReasoning === 'nothing')
    dropNarrower(fallback.untried, candidate);
  if (refusalOf(error)?.of === 'credential') passOverRefusedAccount(fallback, candidate, error);
}

/**
 * A key that was refused, or an account that was empty, for two models is not tried with the many others that Conclave
 * could choose. Once says too little: a key may be barred from a single model, or its credit not be enough for one.
 */
function passOverRefusedAccount(
  { route, record, untried, refusedAccounts }: FallbackState,
  candidate: Candidate,
  { code }: ConclaveError,
): void {
  const { choice } = route;
  if (choice.kind !== 'open' || choice.isListed) return;
  const account = accountAt(candidate.deployment);
  if (refusedAccounts.has(account) && dropAccount(untried, account) > 0) {
    const { id } = candidate.deployment.provider;
    const twice =
      code === 'provider_auth' ? 'refused its key twice' : 'said twice that its account is used up';
    warnOnce(record, [`${id} ${twice}, so its other models were not asked`]);
  }
  refusedAccounts.add(account);
}
