import type { Bench } from '../../core/stores/bench.ts';
import type { DeploymentHealth } from './deployment-health.ts';
import type { Ms } from '../../core/units.ts';
import { sharedUpdates, type SharedUpdatesOptions, type SharedUpdates } from './shared-updates.ts';

/** A dead key that is tried again and again is told of once a minute, not with every try. */
const againMs: Ms = 60_000;

/** Long benches, told to the other processes on the same store and heard of from them: nobody finds a dead key again. */
export function sharedBenches(
  health: Pick<DeploymentHealth, 'hear'>,
  sharing: Pick<SharedUpdatesOptions<Bench>, 'store' | 'now' | 'warn'>,
): SharedUpdates<Bench> {
  return sharedUpdates({
    ...sharing,
    keyOf: ({ account, deployment = '' }) => `${account} ${deployment}`,
    isUpdate,
    hear: health.hear,
  });
}

function isUpdate(before: Bench | undefined, said: Bench): boolean {
  if (!before || (before.benchedUntil === 0) !== (said.benchedUntil === 0)) return true;
  return said.benchedUntil - before.benchedUntil >= againMs;
}
