import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import { virtualModel, virtualNames } from '../../core/routing/preferences/virtual-model.ts';

/** A name that a request may use as `model`, and its provider. */
export type ListedModel = { readonly id: string; readonly provider: string };

/** Provider shown for names that leave the choice to Conclave, and for the operator's aliases. */
const ours = 'conclave';

/**
 * Lists the names that a key may use: `auto` with the tiers that have a model, the operator's aliases, and models by
 * id.
 */
export function namesFor(
  { models: { catalogue }, config }: Pick<App, 'models' | 'config'>,
  { models: patterns }: Principal,
): ListedModel[] {
  const mayUse = (id: string) => !patterns || matchesAny(id, patterns);
  const models = catalogue.models().filter(({ id }) => mayUse(id));
  const aliases = Object.keys(config.aliases).filter((alias) => {
    const meant = catalogue.resolve(alias);
    return meant.kind === 'auto' || mayUse(meant.model.id);
  });
  const open = virtualNames.filter((name) => models.some((model) => mayMean(name, model)));
  return [...open, ...aliases].map((id) => ({ id, provider: ours })).concat(models);
}

/** Returns whether a name may resolve to the model. Names of policies are not models and are not listed. */
function mayMean(name: string, { tier, local }: Model): boolean {
  const virtual = virtualModel(name);
  if (!virtual || virtual.policy !== undefined) return false;
  return (virtual.tier === undefined || virtual.tier === tier) && (local || !virtual.localOnly);
}

/**
 * Returns the model that a name means, for a key that may use it.
 * @throws ConclaveError `model_not_found` if the name is unknown, or means only models that the key may not use.
 */
export function namedFor(
  { models: { catalogue } }: Pick<App, 'models'>,
  { models: patterns }: Principal,
  { name, dialect }: { readonly name: string; readonly dialect?: DialectId },
): ListedModel {
  const meant = catalogue.resolve(name, dialect);
  if (meant.kind === 'auto') return { id: name, provider: ours };
  if (!patterns || matchesAny(meant.model.id, patterns)) return meant.model;
  throw new ConclaveError(
    'model_not_found',
    `This key has no model "${name}"; GET /v1/models lists the models that it may use.`,
    { param: 'model' },
  );
}
