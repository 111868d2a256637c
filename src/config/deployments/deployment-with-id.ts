import type { Deployment } from '../../core/deployment.ts';
import type { deploymentFinder } from './deployment-finder.ts';

type Finding = {
  readonly deploymentsOf: ReturnType<typeof deploymentFinder>;
  /** Which models to look at. Default: all. */
  readonly isModel?: (id: string) => boolean;
};

/** Returns a configuration's deployment of this id, if it has one. Ids may come from an earlier one, or from callers. */
export function deploymentWithId(
  id: string,
  { deploymentsOf, isModel = () => true }: Finding,
): Deployment | undefined {
  // A model's own name may contain what separates it from the name of a further deployment.
  for (const model of new Set([modelOfDeployment(id), id])) {
    if (!isModel(model)) continue;
    const provider = model.slice(0, model.indexOf('/'));
    const found = deploymentsOf({ id: model, provider }).find((deployment) => deployment.id === id);
    if (found) return found;
  }
  return undefined;
}

/** Returns the id of the model that a deployment's id begins with. */
function modelOfDeployment(id: string): string {
  return id.replace(/#[^#]*$/, '');
}
