import type { Principal } from '../../../core/call.ts';
import { matchesAny } from '../../../core/names/matches-pattern.ts';
import type { Model } from '../../../core/model.ts';
import type { Deployment } from '../../../core/deployment.ts';
import type { ModelSupply, SettingsOf } from '../../services.ts';
import type { ProviderPreferences } from '../../../core/routing/preferences/provider-preferences.ts';
import { servedModel } from '../../../core/routing/served-model.ts';
import { mustStayLocal } from './data-bounds.ts';
import { dataPolicies, excludedByCaller, outOfBounds, retaining } from './provider-filters.ts';

/** The key, the tags and the caller's choice of providers under which something is about to be asked. */
export type Asker = {
  readonly principal: Principal;
  readonly tags: readonly string[];
  readonly providerPreferences?: ProviderPreferences | undefined;
};

/** What decides where data may go. */
export type Recipients = Pick<ModelSupply, 'deploymentsOf'> & SettingsOf<'allow'>;

/** Whether a model may receive an asker's data, for code that chooses models before there is a call. */
export function mayReceiveData(engine: Recipients, model: Model, asker: Asker): boolean {
  return recipients(engine, model, asker).length > 0;
}

/**
 * Returns the deployments of a model that may receive an asker's data, whatever it contains: by its key's models, the tag
 * `sensitive` or a choice of local models only, where config and key allow data to go, the providers that the caller
 * excludes, and who may keep the data. The hard filters apply the same rules to calls.
 */
export function recipients(
  { deploymentsOf, settings }: Recipients,
  model: Model,
  { principal, tags, providerPreferences = {} }: Asker,
): readonly Deployment[] {
  const { models, allow } = principal;
  if (models && !matchesAny(model.id, models)) return [];
  const allowed = dataPolicies(settings.allow, allow);
  const localOnly = mustStayLocal({ tags, principal, providerPreferences });
  return deploymentsOf(model).filter((deployment) => {
    const candidate = { model: servedModel(model, deployment), deployment };
    if (localOnly && !candidate.model.local) return false;
    return (
      !outOfBounds(candidate, { allowed }) &&
      !excludedByCaller(deployment.provider, providerPreferences) &&
      !retaining(candidate, providerPreferences)
    );
  });
}
