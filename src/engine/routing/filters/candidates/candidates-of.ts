import type { Call } from '../../../../core/call.ts';
import type { Model } from '../../../../core/model.ts';
import type { Candidate, Deployment } from '../../../../core/deployment.ts';
import { isServedElsewhere, servedModel } from '../../../../core/routing/served-model.ts';
import { atCallersExpense } from '../../../deployments/access/at-callers-expense.ts';
import type { RuledOut } from '../filter.ts';
import { normaliseShape } from './normalise-shape.ts';
import type { Codecs, ModelSupply } from '../../../services.ts';
import { recurringLists } from './recurring-lists.ts';
import { fastPathOf, type FastPath } from './fast-path.ts';

/** The models and deployments that can be asked. */
export type AskableCandidates = {
  readonly candidates: readonly Candidate[];
  /** Models without any deployment that can be asked. */
  readonly unserved: readonly RuledOut[];
  /** Absent if the list was built for this call alone. */
  readonly lasting?: {
    /** For plain calls. */
    readonly look: FastPath;
    /** Returns the filtered candidates in the same array as a recent call with the same ones. */
    readonly listOf: (fit: readonly Candidate[]) => readonly Candidate[];
  };
};

type Knowing = Pick<ModelSupply, 'catalogue' | 'deploymentsOf'> & Pick<Codecs, 'dialects'>;

const remembered = new WeakMap<readonly Model[], Knowing & { readonly places: AskableCandidates }>();

/**
 * Returns every deployment of the models, in their order. For the whole catalogue, which most open calls use, the list
 * is built once, sorted by id.
 */
export function candidatesOf(engine: Knowing, models: readonly Model[], call: Call): AskableCandidates {
  const { deploymentsOf, catalogue, dialects } = engine;
  if (models !== catalogue.models() || call.callerKeys) return putTogether(deploymentsOf, models, call);
  const known = remembered.get(models);
  if (known?.deploymentsOf === deploymentsOf && known.dialects === dialects) return known.places;
  // Sorted by id, which is how policies break ties.
  const byId = models.toSorted((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  const found = putTogether(deploymentsOf, byId, call);
  const look = fastPathOf(found.candidates, (dialect) => dialects.has(dialect));
  const places = { ...found, lasting: { look, listOf: recurringLists() } };
  remembered.set(models, { catalogue, deploymentsOf, dialects, places });
  return places;
}

function putTogether(
  deploymentsOf: Knowing['deploymentsOf'],
  models: readonly Model[],
  { callerKeys }: Call,
): AskableCandidates {
  const candidates: Candidate[] = [];
  const unserved: RuledOut[] = [];
  for (const model of models) {
    const deployments = atCallersExpense(deploymentsOf(model), callerKeys);
    if (deployments.length === 0) unserved.push({ model: model.id, ...unconfigured });
    for (const deployment of deployments) {
      candidates.push({ model: modelAt(model, deployment), deployment });
    }
  }
  return { candidates, unserved };
}

type Shaped = WeakMap<Model, Map<Deployment['price'], Model>>;
const shapedHere: Shaped = new WeakMap();
const shapedElsewhere: Shaped = new WeakMap();

/**
 * A model as offered by a deployment. Returns the same object for every call, because
 * rankings cache what they know by object identity. With new objects, deciding a call that brings its own key took
 * three times as long.
 */
function modelAt(model: Model, deployment: Deployment): Model {
  const { price, provider } = deployment;
  const shaped = isServedElsewhere(model, provider) ? shapedElsewhere : shapedHere;
  const known = shaped.get(model)?.get(price);
  if (known) return known;
  const made = normaliseShape(servedModel(model, deployment));
  const places = shaped.get(model);
  if (places) places.set(price, made);
  else shaped.set(model, new Map([[price, made]]));
  return made;
}

const unconfigured = { rule: 'unconfigured', reason: 'none of its providers is configured' } as const;
