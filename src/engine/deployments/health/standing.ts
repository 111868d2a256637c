import { meanOf } from '../../../core/lists/mean-of.ts';
import type { Stats, DeploymentStats } from '../../../core/routing/plan/deployment-stats.ts';
import type { Ms } from '../../../core/units.ts';
import type { AskedDeployments } from '../asked-deployments.ts';
import { latestOfEach, type DeadCredential } from './dead-credential.ts';
import type { DeploymentHealth } from './deployment-health.ts';

/** A deployment in its current state. */
export type DeploymentStanding = Omit<DeploymentStats, 'waits'> & {
  readonly id: string;
  readonly benchedUntil: Ms;
  readonly lastError?: string;
};

/** What a process, or all processes that serve together, know of the deployments that have been asked. */
export type Standing = {
  readonly deployments: readonly DeploymentStanding[];
  readonly deadCredentials: readonly DeadCredential[];
};

/** Returns the current state of every deployment that has been asked. */
export function standingsOf({
  askedDeployments,
  health,
  stats,
}: {
  readonly askedDeployments: AskedDeployments;
  readonly health: DeploymentHealth;
  readonly stats: Stats;
}): DeploymentStanding[] {
  return [...askedDeployments.values()].map(({ deployment, lastError }) => {
    const { waits: _waits, ...shown } = stats.of(deployment);
    return {
      id: deployment.id,
      ...shown,
      benchedUntil: health.benchedUntil(deployment),
      ...(lastError !== undefined && { lastError }),
    };
  });
}

/**
 * Joins what several processes know. Calls add up. A deployment is healthy if it is at every process; its times are
 * from the process that it answered last.
 */
export function joinStandings(standings: readonly Standing[]): Standing {
  const deployments = Map.groupBy(
    standings.flatMap((one) => one.deployments),
    ({ id }) => id,
  );
  return {
    deployments: [...deployments.values()].flatMap(joinDeployment),
    deadCredentials: latestOfEach(standings.flatMap((one) => one.deadCredentials)),
  };
}

function joinDeployment(known: readonly DeploymentStanding[]): DeploymentStanding[] {
  const [latest] = known.toSorted((a, b) => (b.firstByteAt ?? 0) - (a.firstByteAt ?? 0));
  if (!latest) return [];
  const [worst = latest] = known.toSorted((a, b) => b.benchedUntil - a.benchedUntil);
  const { headroom: _headroom, lastError: _lastError, ...rest } = latest;
  const shares = known.flatMap(({ headroom }) => headroom ?? []);
  const lastError = worst.lastError ?? known.find((one) => one.lastError !== undefined)?.lastError;
  return [
    {
      ...rest,
      healthy: known.every(({ healthy }) => healthy),
      benchedUntil: worst.benchedUntil,
      inFlight: known.reduce((sum, { inFlight }) => sum + inFlight, 0),
      // Each process has its own share of a limit.
      ...(shares.length > 0 && { headroom: meanOf(shares) }),
      ...(lastError !== undefined && { lastError }),
    },
  ];
}
