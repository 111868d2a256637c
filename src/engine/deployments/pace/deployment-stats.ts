import { byList } from '../../../core/memories/by-list.ts';
import type { DeploymentStats, Stats } from '../../../core/routing/plan/deployment-stats.ts';
import type { Candidate } from '../../../core/deployment.ts';
import type { AskedDeployments } from '../asked-deployments.ts';
import type { DeploymentHealth } from '../health/deployment-health.ts';
import type { DeploymentLoad } from '../capacity/deployment-load.ts';
import { DeploymentPace } from './deployment-pace.ts';

type Memory = {
  readonly askedDeployments: AskedDeployments;
  readonly health: DeploymentHealth;
  readonly load: DeploymentLoad;
};

/** Joins pace, health and load of the deployments, for ranking. */
export function deploymentStats({ askedDeployments, health, load }: Memory): Required<Stats> {
  return {
    // Called for every candidate of every call: naming the members is several times as fast as a spread.
    of(deployment) {
      const state = askedDeployments.get(deployment.id);
      const use = load.of(deployment);
      const healthy = !health.isBenched(deployment);
      if (!state && !use && healthy) return neverAsked;
      const { firstByteMs, firstByteAt, waits, tokensPerSecond } = state?.pace ?? unknownPace;
      const { inFlight, headroom } = use ?? idle;
      return { healthy, inFlight, firstByteMs, firstByteAt, waits, tokensPerSecond, headroom };
    },
    get allHealthy() {
      return health.allHealthy;
    },
    askedAmong: askedAmong({ askedDeployments, health, load }),
  };
}

/**
 * Flags the candidates of a list that have been asked; recomputed only when a deployment is asked for the first time.
 */
function askedAmong({ askedDeployments, health, load }: Memory): NonNullable<Stats['askedAmong']> {
  const flagsOf = byList((candidates: readonly Candidate[]) => {
    return { of: -1, flags: new Uint8Array(candidates.length) };
  });
  return (candidates) => {
    // A rejected credential also affects deployments that were never asked.
    if (!health.allHealthy) return undefined;
    const known = flagsOf(candidates);
    const membership = askedDeployments.membership + load.membership;
    if (known.of !== membership) {
      known.of = membership;
      known.flags.set(
        candidates.map(({ deployment }) =>
          Number(askedDeployments.get(deployment.id) || load.of(deployment) ? 1 : 0),
        ),
      );
    }
    return known.flags;
  };
}

const unknownPace = new DeploymentPace();
const idle = { inFlight: 0, headroom: undefined };
/** The stats of a deployment that was never asked, as most of a long list are; one object for all of them. */
const neverAsked: DeploymentStats = { healthy: true, ...idle };
