import type { Deployment } from '../../../core/deployment.ts';
import type { LimitStanding, RateLimits, ReportedLimit } from '../../../core/money/rate-limits.ts';
import type { LimitStore } from '../../../core/stores/stores.ts';
import type { Ms } from '../../../core/units.ts';
import { credentialKey } from '../../../core/accounts/credential-key.ts';
import type { DeploymentLoad } from './deployment-load.ts';
import { refreshMs, SharedUpdates } from '../shared-updates.ts';
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
const publishMs: Ms = 1_000;

export function sharedLimits(
  load: Pick<DeploymentLoad, 'learn' | 'receive'>,
  { store, now, warn }: Sharing,
): SharedLimits {
  const receive = (reported: ReportedLimit) => load.receive(reported);
  const shared = new SharedUpdates({ store, keyOf, isNews, receive, now, warn });
  return {
    learn(deployment, limits) {
      load.learn(deployment, limits);
      // A local server on this machine is not the one on another machine.
      if (deployment.provider.local) return;
      const { requests, tokens } = limits;
      if (!requests && !tokens) return;
      const account = credentialKey(deployment);
      const place = { deployment: deployment.id, account, reportedAt: now() };
      if (requests) shared.publish({ ...place, kind: 'requests', ...standing(requests, place.reportedAt) });
      if (tokens) shared.publish({ ...place, kind: 'tokens', ...standing(tokens, place.reportedAt) });
    },
    refresh: () => shared.refresh(),
  };
}

/** Whether other processes should know: the remaining amount has halved or doubled, or the limit has changed. */
export function isNews(before: ReportedLimit | undefined, reported: ReportedLimit): boolean {
  // It will reset before other processes poll again.
  if (reported.resetsAt - reported.reportedAt < refreshMs) return false;
  if (!before || before.resetsAt <= reported.reportedAt) return true;
  if (reported.remaining <= 0)
    return before.remaining > 0 || reported.resetsAt - before.resetsAt >= refreshMs;
  if (reported.reportedAt - before.reportedAt < publishMs) return false;
  if (reported.limit !== before.limit) return true;
  return reported.remaining * 2 <= before.remaining || reported.remaining >= before.remaining * 2;
}

function standing(reported: LimitStanding, at: Ms) {
  const { limit, remaining } = reported;
  return { ...(limit !== undefined && { limit }), remaining, resetsAt: resetOf(reported, at) };
}

function keyOf({ deployment, account, kind }: ReportedLimit): string {
  return `${kind} ${account} ${deployment}`;
}
