import type { LimitExchange } from '../../core/limit-exchange.ts';
import type { Stats } from '../../core/routing/plan/deployment-stats.ts';
import type { Bench } from '../../core/stores/bench.ts';
import type { Store } from '../../core/stores/stores.ts';
import type { Ms } from '../../core/units.ts';
import { AskedDeployments } from './asked-deployments.ts';
import { Benches } from './health/benches.ts';
import { currentDeployments, type ConfiguredDeployments } from './current-deployments.ts';
import type { DeadCredential } from './health/dead-credential.ts';
import { DeploymentHealth } from './health/deployment-health.ts';
import { DeploymentLoad } from './capacity/deployment-load.ts';
import { deploymentStats } from './pace/deployment-stats.ts';
import { roundRobinCounter, type RoundRobinCounter } from './order/round-robin-counter.ts';
import { sharedBenches } from './health/shared-benches.ts';
import { sharedLimits, type SharedLimits } from './capacity/shared-limits.ts';
import type { SharedUpdates } from './shared-updates.ts';
import { standingsOf, type DeploymentStanding } from './health/standing.ts';

/** What has been learned about the deployments. */
export type DeploymentMemory = {
  /** What their answers and failures have shown. */
  readonly askedDeployments: AskedDeployments;
  readonly health: DeploymentHealth;
  readonly load: DeploymentLoad;
  readonly limits: SharedLimits;
  /** What other processes have found to be refused. */
  readonly benches: Pick<SharedUpdates<Bench>, 'refresh' | 'latest'>;
  readonly deadCredentials: () => DeadCredential[];
  /** What has been learned about one deployment, for ranking. */
  readonly stats: Stats;
  /** Every deployment that has been asked, in its current state. */
  readonly standings: () => DeploymentStanding[];
  readonly turns: RoundRobinCounter;
  /**
   * Takes over a new configuration: what was learned about a former key or address of a deployment is forgotten, and its
   * limits count for the calls in line, too.
   */
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
  const askedDeployments = new AskedDeployments(current);
  const benches = new Benches(now, current);
  const shared = sharing
    ? sharedBenches(benches, { store: sharing.benches, warn: sharing.warn, now })
    : { publish: () => undefined, refresh: () => undefined, latest: async () => undefined };
  const health = new DeploymentHealth({
    askedDeployments,
    benches,
    now,
    publish: (bench) => shared.publish(bench),
  });
  const load = new DeploymentLoad({ now, exchange: sharing?.exchange, current });
  const stats = deploymentStats({ askedDeployments, health, load });
  return {
    askedDeployments,
    health,
    load,
    limits: sharing
      ? sharedLimits(load, { store: sharing.limits, warn: sharing.warn, now })
      : { learn: (deployment, limits) => load.learn(deployment, limits), refresh: () => undefined },
    benches: shared,
    deadCredentials: () => benches.deadCredentials(),
    stats,
    standings: () => standingsOf({ askedDeployments, health, stats }),
    turns: roundRobinCounter(),
    retain(configured) {
      current.replace(configured);
      askedDeployments.retain();
      load.retain();
    },
  };
}
