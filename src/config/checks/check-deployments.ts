import type { Resolution } from '../../core/catalogue.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import type { AuthScheme } from '../../core/provider.ts';
import { describesOwn } from '../deployments/describes-own.ts';
import { wrongAt } from '../reading/wrong-at.ts';
import { overwrittenHeader } from '../discovery/overwritten-header.ts';
import type { Config } from '../schema/config-schema.ts';
import { modelIdOf } from '../deployments/model-id-of.ts';

/** What is needed to understand the entries under `deployments`. */
export type DeploymentTargets = {
  readonly resolve: (name: string) => Resolution;
  /** How each available provider receives its key. */
  readonly providers: ReadonlyMap<string, AuthScheme>;
};

/**
 * Rejects deployments of an unknown provider, those that never apply, and those whose key would silently
 * overwrite a configured header. Every name of a model must already be known.
 * @throws ConclaveError `configuration` that names the entry.
 */
export function checkDeployments(
  { deployments, providers: configured }: Config,
  { resolve, providers }: DeploymentTargets,
): void {
  for (const [at, { provider }] of deployments.entries()) {
    if (provider === undefined || providers.has(provider)) continue;
    const remedy = didYouMean(provider, providers.keys(), { otherwise: 'add it under providers' });
    throw wrongAt(['deployments', at, 'provider'], `the provider ${provider} is not configured; ${remedy}`);
  }
  const entries = deployments.map((entry) => ({ ...entry, model: modelIdOf(entry.model, resolve) }));
  refuseUnused(entries);
  for (const [at, { model, provider, apiKey }] of entries.entries()) {
    if (apiKey === undefined) continue;
    const providerName = provider ?? providerIn(model) ?? '';
    for (const [id, auth] of providers) {
      const header = matchesPattern(id, providerName) && overwrittenHeader(auth, configured[id]?.headers);
      if (!header) continue;
      const problem = `it is sent in the header that providers.${id}.headers.${header} sets; leave out the header or the key`;
      throw wrongAt(['deployments', at, 'apiKey'], problem);
    }
  }
}

/**
 * Rejects a deployment entry that never applies. Entries with neither a key nor an address describe the provider's own
 * deployment, and the first one that matches a model applies.
 */
function refuseUnused(deployments: Config['deployments']): void {
  const own = deployments.map((entry) => (describesOwn(entry, providerIn(entry.model)) ? entry.model : ''));
  for (const [at, model] of own.entries()) {
    const before =
      model === '' ? -1 : own.slice(0, at).findIndex((earlier) => matchesPattern(model, earlier));
    if (before < 0) continue;
    const problem = `deployments.${before} describes the provider's own key for "${model}" already; give this one an apiKey, baseUrl or region, or put the narrower one first`;
    throw wrongAt(['deployments', at], problem);
  }
}

function providerIn(model: string): string | undefined {
  return model.split('/')[0];
}
