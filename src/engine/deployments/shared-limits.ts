import type { Deployment } from '../../core/provider.ts';
import type { LimitStanding, RateLimits, ReportedLimit } from '../../core/money/rate-limits.ts';
import type { LimitStore } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { credentialKey } from '../../core/credential-key.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { refreshMs, sharedUpdates } from './shared-updates.ts';
import { resetOf } from './reported-limits.ts';

/** Provider limits, learned from replies here and from other processes on the same store. */
export type SharedLimits = {
  /** Learns from a deployment's reply. Updates are shared with other processes in the background. */
  learn(deployment: Deployment, limits: RateLimits): void;
  /** As `SharedUpdates.refresh`. */
  refresh(): Promise<void> | undefined;
};

export type Sharing = {
  readonly store: LimitStore;
  readonly now: () => Ms;
  readonly warn: (error: unknown) => void;
};

/** Publish no more often than other processes poll. */
const tellMs: Ms = 1_000;

export function sharedLimits(
  load: Pick<DeploymentLoad, 'learn' | 'receive'>,
  { store, now, warn }: Sharing,
): SharedLimits {
  const hear = (reported: ReportedLimit) => load.receive(reported);
  const { tell, refresh } = sharedUpdates({ store, keyOf, isUpdate, hear, now, warn });
  return {
    learn(deployment, limits) {
      load.learn(deployment, limits);
      // A local server on this machine is not the one on another machine.
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

/** Whether other processes should be told: the remaining amount has halved or doubled, or the limit has changed. */
export function isUpdate(before: ReportedLimit | undefined, said: ReportedLimit): boolean {
  // It will reset before other processes poll again.
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
