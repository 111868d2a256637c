import type { Principal } from '../../core/call.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import type { ModelSupply, SettingsOf } from '../services.ts';
import type { ProviderPreferences } from '../../core/routing/provider-preferences.ts';
import { servedModel } from '../../core/routing/served-model.ts';
import { mustStayLocal } from './data-bounds.ts';
import { dataPolicies, excludedByCaller, outOfBounds } from './provider-filters.ts';

/** The key, the tags and the caller's choice of providers under which something is about to be asked. */
export type Asker = {
  readonly principal: Principal;
  readonly tags: readonly string[];
  readonly providerPreferences?: ProviderPreferences | undefined;
};

/**
 * Whether a model may receive an asker's data, whatever it contains: by its key's models, the tag `sensitive` or a choice of
 * local models only, where config and key allow data to go, and the providers that the caller excludes. Used by code that chooses models before there is a call; the hard filters
 * apply the same rules to calls.
 */
export function mayReceiveData(
  { deploymentsOf, settings }: Pick<ModelSupply, 'deploymentsOf'> & SettingsOf<'allow'>,
  model: Model,
  { principal, tags, providerPreferences = {} }: Asker,
): boolean {
  const { models, allow } = principal;
  if (models && !matchesAny(model.id, models)) return false;
  const allowed = dataPolicies(settings.allow, allow);
  const localOnly = mustStayLocal({ tags, principal, providerPreferences });
  return deploymentsOf(model).some((deployment) => {
    const candidate = { model: servedModel(model, deployment), deployment };
    if (localOnly && !candidate.model.local) return false;
    return (
      !outOfBounds(candidate, { allowed }) && !excludedByCaller(deployment.provider, providerPreferences)
    );
  });
}
