import type { Call } from '../core/call.ts';
import type { Model } from '../core/model.ts';
import type { Candidate } from '../core/provider.ts';
import { atCallersExpense } from './at-callers-expense.ts';
import type { EngineContext } from './engine.ts';

/** Where a model can be asked; without a candidate: nowhere, no provider of it is configured. */
export type Place = { readonly model: Model; readonly candidate: Candidate | undefined };

type Knowing = Pick<EngineContext, 'catalogue' | 'deploymentsOf'>;

const remembered = new WeakMap<
  readonly Model[],
  { readonly deploymentsOf: Knowing['deploymentsOf']; readonly places: readonly Place[] }
>();

/** Every place of the models. Those of the whole catalogue, which most open calls are about, are put together once. */
export function placesOf(engine: Knowing, models: readonly Model[], call: Call): readonly Place[] {
  const { deploymentsOf, catalogue } = engine;
  if (models !== catalogue.models() || call.callerKeys) return putTogether(deploymentsOf, models, call);
  const known = remembered.get(models);
  if (known?.deploymentsOf === deploymentsOf) return known.places;
  const places = putTogether(deploymentsOf, models, call);
  remembered.set(models, { deploymentsOf, places });
  return places;
}

function putTogether(
  deploymentsOf: Knowing['deploymentsOf'],
  models: readonly Model[],
  { callerKeys }: Call,
): Place[] {
  return models.flatMap((model): Place[] => {
    const deployments = atCallersExpense(deploymentsOf(model), callerKeys);
    if (deployments.length === 0) return [{ model, candidate: undefined }];
    return deployments.map((deployment) => {
      // From here on the model costs what the place charges.
      const priced = deployment.price ? { ...model, price: deployment.price } : model;
      return { model, candidate: { model: priced, deployment } };
    });
  });
}
