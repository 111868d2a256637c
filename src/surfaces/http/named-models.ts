import type { App } from '../../app.ts';
import type { Principal } from '../../core/call.ts';
import type { DialectId } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import { matchesAny } from '../../core/names/matches-pattern.ts';
import type { Model } from '../../core/model.ts';
import { virtualModel, virtualNames } from '../../core/routing/virtual-model.ts';

/** What may be written as `model`, and who is behind it. */
export type ListedModel = { readonly id: string; readonly provider: string };

/** Who stands behind names that leave the choice to Conclave, or that its operator gave. */
const ours = 'conclave';

/** Everything that a key may name: `auto` with the tiers that have a model, the operator's aliases, and models by id. */
export function namesFor({ catalogue, config }: App, { models: patterns }: Principal): ListedModel[] {
  const mayUse = (id: string) => !patterns || matchesAny(id, patterns);
  const models = catalogue.models().filter(({ id }) => mayUse(id));
  const aliases = Object.keys(config.aliases).filter((alias) => {
    const meant = catalogue.resolve(alias);
    return meant.kind === 'auto' || mayUse(meant.model.id);
  });
  const open = virtualNames.filter((name) => models.some((model) => mayMean(name, model)));
  return [...open, ...aliases].map((id) => ({ id, provider: ours })).concat(models);
}

/** A way of choosing is no model, and is not listed as one. */
function mayMean(name: string, { tier, local }: Model): boolean {
  const virtual = virtualModel(name);
  if (!virtual || virtual.policy !== undefined) return false;
  return (virtual.tier === undefined || virtual.tier === tier) && (local || !virtual.localOnly);
}

/**
 * Whom a name means, for a key that may use it.
 * @throws ConclaveError `model_not_found` for a name that means nobody, or nobody that the key may use.
 */
export function namedFor(
  { catalogue }: Pick<App, 'catalogue'>,
  { models: patterns }: Principal,
  { name, dialect }: { readonly name: string; readonly dialect?: DialectId },
): ListedModel {
  const meant = catalogue.resolve(name, dialect);
  if (meant.kind === 'auto') return { id: name, provider: ours };
  if (!patterns || matchesAny(meant.model.id, patterns)) return meant.model;
  throw new ConclaveError(
    'model_not_found',
    `There is no model "${name}" for this key; GET /v1/models lists those that it may use.`,
    { param: 'model' },
  );
}
