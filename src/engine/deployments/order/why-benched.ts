import type { Model } from '../../../core/model.ts';
import type { ModelSupply } from '../../services.ts';
import type { DeploymentMemory } from '../deployment-memory.ts';

/** Why every deployment of a model is benched at the moment; `undefined` while one of them is not. */
export function whyBenched(
  {
    deploymentsOf,
    health,
    deadCredentials,
  }: Pick<ModelSupply, 'deploymentsOf'> & Pick<DeploymentMemory, 'health' | 'deadCredentials'>,
  model: Model,
): string | undefined {
  const deployments = deploymentsOf(model);
  if (deployments.length === 0 || deployments.some((one) => !health.isBenched(one))) return undefined;
  const dead = deadCredentials().find(({ provider }) =>
    deployments.some((one) => one.provider.id === provider),
  );
  if (!dead) return 'its provider recently failed or rejected a call; it is retried shortly';
  const problem = dead.code === 'provider_quota' ? 'has no money left' : 'is refused by its provider';
  return `the key ${dead.credential} ${problem}`;
}
