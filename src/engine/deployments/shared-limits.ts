import type { Deployment } from '../../core/provider.ts';
import type { LimitStanding, RateLimits, ReportedLimit } from '../../core/money/rate-limits.ts';
import type { LimitStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { credentialKey } from '../../core/credential-key.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { refreshMs, sharedUpdates } from './shared-updates.ts';
import { resetOf } from './reported-limits.ts';

/** What providers say of their limits, learned from replies here and heard of from other processes on the same store. */
export type SharedLimits = {
  /** From a reply of a deployment. Others are told where it is news to them, behind the call's back. */
  learn(deployment: Deployment, limits: RateLimits): void;
  /** As `SharedNews.refresh`. */
  refresh(): Promise<void> | undefined;
};

export type Sharing = {
  readonly store: LimitStore;
  readonly now: () => Ms;
  readonly warn: (error: unknown) => void;
};

/** What is told more often than this is told for nothing: nobody asks sooner. */
const tellMs: Ms = 1_000;

export function sharedLimits(
  load: Pick<DeploymentLoad, 'learn' | 'hear'>,
  { store, now, warn }: Sharing,
): SharedLimits {
  const { tell, refresh } = sharedUpdates({ store, keyOf, isUpdate, hear: load.hear, now, warn });
  return {
    learn(deployment, limits) {
      load.learn(deployment, limits);
      // A server of this machine is another one on the next.
      if (deployment.provider.local) return;
      const { requests, tokens } = limits;
      if (!requests && !tokens) return;
      const account = credentialKey(deployment);
      const place = { deployment: deployment.id, account, saidAt: now() };
      if (requests) tell({ ...place, kind: 'requests', ...standing(requests, place.saidAt) });
      if (tokens) tell({ ...place, kind: 'tokens', ...standing(tokens, place.saidAt) });
    },
    refresh,
  };
}

/** Whether others should hear of it: what is left has halved or doubled, or the limit is another one. */
export function isUpdate(before: ReportedLimit | undefined, said: ReportedLimit): boolean {
  // It has reset before anybody hears of it.
  if (said.resetsAt - said.saidAt < refreshMs) return false;
  if (!before || before.resetsAt <= said.saidAt) return true;
  if (said.remaining <= 0) return before.remaining > 0 || said.resetsAt - before.resetsAt >= refreshMs;
  if (said.saidAt - before.saidAt < tellMs) return false;
  if (said.limit !== before.limit) return true;
  return said.remaining * 2 <= before.remaining || said.remaining >= before.remaining * 2;
}

function standing(said: LimitStanding, at: Ms) {
  const { limit, remaining } = said;
  return { ...(limit !== undefined && { limit }), remaining, resetsAt: resetOf(said, at) };
}

function keyOf({ deployment, account, kind }: ReportedLimit): string {
  return `${kind} ${account} ${deployment}`;
}
