import type { Principal } from '../../core/call.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import type { ModelSupply, SettingsOf } from '../parts.ts';
import { staysLocal } from '../../core/routing/stays-local.ts';
import { isSensitive } from './request-features.ts';
import { dataPolicies, outOfBounds } from './provider-filters.ts';

/** The key and the tags under which something is about to be asked. */
export type Asker = { readonly principal: Principal; readonly tags: readonly string[] };

/**
 * Whether a model may receive an asker's data, whatever it contains: by its key's models, the tag `sensitive`, and
 * where config and key allow data to go. Used by code that chooses models before there is a call; the hard filters
 * apply the same rules to calls.
 */
export function mayReceiveData(
  { deploymentsOf, settings }: Pick<ModelSupply, 'deploymentsOf'> & SettingsOf<'allow'>,
  model: Model,
  { principal, tags }: Asker,
): boolean {
  const { models, allow } = principal;
  if (models && !matchesAny(model.id, models)) return false;
  const allowed = dataPolicies(settings.allow, allow);
  const localOnly = isSensitive({ tags, principal });
  return deploymentsOf(model).some((deployment) => {
    const candidate = { model, deployment };
    return (!localOnly || staysLocal(candidate)) && !outOfBounds(candidate, { allowed });
  });
}
