import { matchesPattern } from '../core/names/matches-pattern.ts';
import type { Deployment } from '../core/provider.ts';
import { deploymentName } from './deployment-name.ts';
import type { deploymentFinder } from './deployments.ts';

/** Returns whether a configuration still has a deployment that was built from an earlier one. */
export function isConfigured({
  found,
  entries,
  custom,
  idOf,
}: Parameters<typeof deploymentFinder>[0]): (deployment: Deployment) => boolean {
  const providers = new Set([...found.map(({ provider }) => provider.id), ...custom.map(({ name }) => name)]);
  return ({ id }) => {
    const [model = '', name] = id.replace(/@caller$/, '').split('#');
    const provider = model.slice(0, model.indexOf('/'));
    if (name === undefined) return providers.has(provider);
    return entries.some(
      (entry) => matchesPattern(model, idOf(entry.model)) && name.startsWith(deploymentName(entry, provider)),
    );
  };
}
