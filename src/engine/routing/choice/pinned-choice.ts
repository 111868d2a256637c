import type { ChoosableCall } from '../../../core/routing/request/choosable-call.ts';
import { candidateModels, type ChoosingServices } from './candidate-models.ts';
import type { ModelChoice, OpenChoice } from '../../route.ts';

/**
 * Applies the model that key or config pin for every open choice; `undefined` if none is pinned. The pin outweighs a
 * tier or a policy that the call asks for, with a warning; a list of models from the caller outweighs the pin.
 */
export function pinnedChoice(
  engine: ChoosingServices,
  call: ChoosableCall,
  open: OpenChoice,
): ModelChoice | undefined {
  const pin = call.principal.routing?.pin ?? engine.settings.preferences.pin;
  if (open.localOnly || pin === undefined) return undefined;
  const pinned = engine.catalogue.resolve(pin);
  if (pinned.kind !== 'model') return undefined;
  const { model, warnings } = pinned;
  const { id, tier } = model;
  const isAllowed = !open.isListed || candidateModels(engine, call, open).some((one) => one.id === id);
  if (!isAllowed) return { ...open, warnings: [`${id} is pinned, but not among the models of the request`] };
  const wantedTier = call.limits.tier ?? open.tier;
  const wantedPolicy = open.policy ?? call.policy;
  const wishes = [
    ...(wantedTier !== undefined && wantedTier !== tier ? [`tier ${wantedTier}`] : []),
    ...(wantedPolicy === undefined ? [] : [`policy ${wantedPolicy}`]),
  ];
  const outweighed =
    wishes.length === 0
      ? []
      : [`${id} is pinned (routing.pin), which overrides the requested ${wishes.join(' and ')}`];
  return {
    kind: 'named',
    model,
    by: 'pin',
    reason: 'pinned',
    isListed: open.isListed,
    warnings: [...warnings, ...outweighed],
  };
}
