import { accountAt } from '../../../core/accounts/account-at.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { UntriedCandidates } from '../../deployments/order/untried-candidates.ts';

/** Removes the candidates whose window is no larger: a prompt that overflowed one overflows them all. */
export function dropNarrower(
  untried: UntriedCandidates,
  { model: { contextWindow: overflowed } }: Candidate,
): void {
  if (overflowed === undefined) return;
  untried.drop(({ model: { contextWindow } }) => contextWindow !== undefined && contextWindow <= overflowed);
}

/** Removes the candidates of an account (as named by `accountAt`), and returns how many. */
export function dropAccount(untried: UntriedCandidates, account: string): number {
  return untried.drop(({ deployment }) => accountAt(deployment) === account);
}
