import { byList } from '../../core/memories/by-list.ts';
import type { LimitExchange } from '../../core/limit-exchange.ts';
import type { DeploymentStats, Stats } from '../../core/routing/deployment-stats.ts';
import type { Candidate } from '../../core/provider.ts';
import type { Bench } from '../../core/stores/bench.ts';
import type { Store } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { currentDeployments, type ConfiguredDeployments } from './current-deployments.ts';
import { deploymentHealth, neverAsked, type DeploymentHealth } from './deployment-health.ts';
import { deploymentLoad, idle, type DeploymentLoad } from './deployment-load.ts';
import { roundRobinCounter, type RoundRobinCounter } from './round-robin-counter.ts';
import { sharedBenches } from './shared-benches.ts';
import { sharedLimits, type SharedLimits } from './shared-limits.ts';
import type { SharedUpdates } from './shared-updates.ts';

/** What has been learned about the deployments. */
export type DeploymentMemory = {
  readonly health: DeploymentHealth;
  readonly load: DeploymentLoad;
  readonly limits: SharedLimits;
  readonly benches: SharedUpdates<Bench>;
  /** Health and load combined, for ranking. */
  readonly stats: Stats;
  readonly turns: RoundRobinCounter;
  /** Takes over a new configuration: what was learned about a former key or address of a deployment is forgotten. */
  retain(configured: ConfiguredDeployments): void;
};

/** Where processes share what they learn about providers, and how they keep configured limits together. */
export type MemorySharing = Pick<Store, 'limits' | 'benches'> & {
  readonly warn: (error: unknown) => void;
  readonly exchange?: LimitExchange | undefined;
};

/** `sharing`: the store through which processes share what they learn about providers; absent: nothing is shared. */
export function deploymentMemory(now: () => Ms, sharing?: MemorySharing): DeploymentMemory {
  const current = currentDeployments();
  const health = deploymentHealth(now, current);
  const load = deploymentLoad(now, sharing?.exchange, current);
  const stats: Stats = {
    // Called for every candidate of every call: naming the members is several times as fast as a spread.
    of(deployment) {
      const standing = health.of(deployment);
      const room = load.of(deployment);
      if (standing === neverAsked && room === idle) return untouched;
      const { healthy, firstByteMs, firstByteAt, waits, tokensPerSecond } = standing;
      const { inFlight, headroom } = room;
      return { healthy, inFlight, firstByteMs, firstByteAt, waits, tokensPerSecond, headroom };
    },
    get allHealthy() {
      return health.allHealthy;
    },
    askedAmong: askedAmong(health, load),
  };
  return {
    health,
    load,
    limits: sharing
      ? sharedLimits(load, { store: sharing.limits, warn: sharing.warn, now })
      : { learn: load.learn, refresh: () => undefined },
    benches: sharing
      ? sharedBenches(health, { store: sharing.benches, warn: sharing.warn, now })
      : { tell: () => undefined, refresh: () => undefined, latest: async () => undefined },
    stats,
    turns: roundRobinCounter(),
    retain(configured) {
      current.replace(configured);
      health.retain();
      load.retain();
    },
  };
}

/**
 * Flags the candidates of a list that have been asked; recomputed only when a deployment is asked for the first time.
 */
function askedAmong(health: DeploymentHealth, load: DeploymentLoad): NonNullable<Stats['askedAmong']> {
  const flagsOf = byList((candidates: readonly Candidate[]) => {
    return { of: -1, flags: new Uint8Array(candidates.length) };
  });
  return (candidates) => {
    // A rejected credential also affects deployments that were never asked.
    if (!health.allHealthy) return undefined;
    const known = flagsOf(candidates);
    const membership = health.membership + load.membership;
    if (known.of !== membership) {
      known.of = membership;
      known.flags.set(
        candidates.map(({ deployment }) =>
          Number(health.of(deployment) !== neverAsked || load.of(deployment) !== idle),
        ),
      );
    }
    return known.flags;
  };
}

/** The stats of a deployment that was never asked, as most of a long list are; one object for all of them. */
const untouched: DeploymentStats = { ...neverAsked, ...idle };
