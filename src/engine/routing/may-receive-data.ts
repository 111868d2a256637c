import type { Principal } from '../../core/call.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import type { EngineContext } from '../context.ts';
import { isSensitive } from './request-features.ts';
import { dataPolicies, outOfBounds } from './provider-filters.ts';

/** On whose account, and with which tags, something is about to be asked. */
export type Asker = { readonly principal: Principal; readonly tags: readonly string[] };

/**
 * Whether a model may see what an asker has to say, whatever that is: its key's models, `sensitive`, and where config
 * and key let data go. Whoever chooses models before there is a call asks this; the hard filters say the same of the call.
 */
export function mayReceiveData(
  { deploymentsOf, settings }: Pick<EngineContext, 'deploymentsOf' | 'settings'>,
  model: Model,
  { principal, tags }: Asker,
): boolean {
  const { models, allow } = principal;
  if (models && !matchesAny(model.id, models)) return false;
  if (!model.local && isSensitive({ tags, principal })) return false;
  const allowed = dataPolicies(settings.allow, allow);
  return deploymentsOf(model).some((deployment) => !outOfBounds({ model, deployment }, allowed));
}
