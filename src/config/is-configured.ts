import type { deploymentFinder } from './deployments.ts';

/** Returns whether a configuration has a deployment of this id. Ids may come from an earlier one, or from callers. */
export function isConfigured(id: string, deploymentsOf: ReturnType<typeof deploymentFinder>): boolean {
  const model = modelOfDeployment(id);
  const provider = model.slice(0, model.indexOf('/'));
  return deploymentsOf({ id: model, provider }).some((deployment) => deployment.id === id);
}

/** Returns the id of the model that a deployment's id begins with. */
export function modelOfDeployment(id: string): string {
  return id.replace(/#[^#]*$/, '');
}
