import type { Call } from '../../core/call.ts';
import type { Resolution } from '../../core/catalogue.ts';
import { candidateModels } from './candidate-models.ts';
import type { EngineContext } from '../engine.ts';

/** What a pin makes of an open choice, and what the caller should know of it. */
export type Pinned = { readonly resolution: Resolution; readonly warnings: readonly string[] };

/**
 * The one model that key or config want for every call that leaves the choice open. It outweighs a tier or a policy that the
 * call wishes for, which is said; a list of models that the caller allows outweighs it.
 */
export function pinnedModel(engine: EngineContext, call: Call, asked: Resolution): Pinned | undefined {
  const pin = call.principal.routing?.pin ?? engine.settings.preferences.pin;
  if (asked.kind !== 'auto' || asked.localOnly || pin === undefined) return undefined;
  const resolution = engine.catalogue.resolve(pin);
  if (resolution.kind !== 'model') return undefined;
  const { id, tier } = resolution.model;
  const isAllowed =
    call.models === undefined || candidateModels(engine, call, asked).some((model) => model.id === id);
  if (!isAllowed)
    return { resolution: asked, warnings: [`${id} is pinned, and not among the models of the request`] };
  const wantedTier = call.limits.tier ?? asked.tier;
  const wantedPolicy = asked.policy ?? call.policy;
  const wishes = [
    ...(wantedTier !== undefined && wantedTier !== tier ? [`tier ${wantedTier}`] : []),
    ...(wantedPolicy === undefined ? [] : [`policy ${wantedPolicy}`]),
  ];
  const warnings =
    wishes.length === 0
      ? []
      : [`${id} is pinned (routing.pin): the wish for ${wishes.join(' and ')} has no effect`];
  return { resolution: { ...resolution, viaAlias: true }, warnings };
}
