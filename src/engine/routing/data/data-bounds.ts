import type { Call } from '../../../core/call.ts';
import { ConclaveError } from '../../../core/errors.ts';
import { hasTag } from '../../../core/names/has-tag.ts';
import type { ProviderPreferences } from '../../../core/routing/preferences/provider-preferences.ts';
import { whereDataMayGo } from '../../../core/routing/preferences/where-data-may-go.ts';
import { servedModel } from '../../../core/routing/served-model.ts';
import { candidateModels } from '../choice/candidate-models.ts';
import { choiceOf } from '../choice/choice-of.ts';
import type { ModelChoice } from '../../route.ts';
import type { RoutingServices } from '../routing-services.ts';

/**
 * Returns who may see a call's data, for everything that Conclave asks on its behalf: a classification, a verification,
 * the other calls of a tool. `undefined` if the call leaves it open.
 */
export function dataBounds(
  engine: RoutingServices,
  call: Call,
  choice: ModelChoice,
): ProviderPreferences | undefined {
  const localOnly = mustStayLocal(call) || namesOnlyLocal(engine, call, choice);
  return whereDataMayGo(localOnly ? { ...call.providerPreferences, localOnly } : call.providerPreferences);
}

/** Like `dataBounds`, before the call is routed. */
export function dataBoundsOf(engine: RoutingServices, call: Call): ProviderPreferences | undefined {
  try {
    return dataBounds(engine, call, choiceOf(engine, call));
  } catch (thrown) {
    // A call that names an unknown model is refused, so nothing is asked on its behalf.
    if (thrown instanceof ConclaveError) return whereDataMayGo(call.providerPreferences);
    throw thrown;
  }
}

/**
 * Whether only local models may see the call, by its tags, those of its key, or the call on whose behalf it is made.
 */
export function mustStayLocal({
  tags,
  principal,
  providerPreferences,
}: Pick<Call, 'tags' | 'principal'> & {
  readonly providerPreferences?: ProviderPreferences | undefined;
}): boolean {
  if (hasTag(tags, 'sensitive') || providerPreferences?.localOnly === true) return true;
  return principal.tags !== undefined && hasTag(principal.tags, 'sensitive');
}

/**
 * Whether the caller asked for local models only: for `auto:local`, or by naming models that are all local and that no
 * other model replaces.
 */
function namesOnlyLocal(engine: RoutingServices, call: Call, choice: ModelChoice): boolean {
  if (choice.kind === 'open' && choice.localOnly) return true;
  const isNamed = choice.isListed || (choice.kind === 'named' && choice.by !== 'pin');
  return (
    isNamed &&
    candidateModels(engine, call, choice).every((model) =>
      engine.deploymentsOf(model).every((deployment) => servedModel(model, deployment).local),
    )
  );
}
