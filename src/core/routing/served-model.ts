import type { Model } from '../model.ts';
import { withKnownTerms } from '../money/with-known-terms.ts';
import type { Deployment } from '../deployment.ts';

/**
 * Returns a model as one of its deployments serves it: at the deployment's price, and local only if the deployment is.
 * Elsewhere (at another provider, at a public address) its answers are not free: without a price of its own, that of the
 * deployment is unknown.
 */
export function servedModel(
  model: Model,
  { price, provider }: Pick<Deployment, 'price' | 'provider'>,
): Model {
  if (!isServedElsewhere(model, provider))
    return price ? { ...model, price: withKnownTerms(price, model.price), hasConfiguredPrice: true } : model;
  const { price: athome, ...rest } = model;
  const known = price ?? (athome && (athome.input > 0 || athome.output > 0) ? athome : undefined);
  return { ...rest, local: false, ...(known && { price: known }) };
}

/** Whether a deployment of a local model stands elsewhere. */
export function isServedElsewhere(
  { local }: Pick<Model, 'local'>,
  provider: Pick<Deployment['provider'], 'local'>,
): boolean {
  return local && !provider.local;
}
