import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { Change } from '../../core/routing/what-if.ts';
import type { Forced } from '../recorded/recorded-features.ts';
import { changedCandidates } from '../world/known-candidates.ts';
import type { World } from '../world/world.ts';
import { goneBy, refuseGone } from './gone-models.ts';
import { priceChange } from './price-change.ts';

/**
 * Returns the changed world; `undefined` if nothing changes.
 * @throws ConclaveError `invalid_request` for a change that cannot be read or matches no model.
 */
export function changedWorld(change: Change, world: World, gone: readonly string[]): World | undefined {
  const { without = [], prices = [] } = change;
  const changedPrice = priceChange(prices, world.models, gone);
  for (const name of without) checkName(name, world.models, gone);
  if (!forcedBy(change) && without.length === 0 && prices.length === 0) return undefined;
  const isThere = (model: Model) => !without.some((name) => isMeantBy(name, model));
  return { ...world, ...changedCandidates(world, isThere, changedPrice) };
}

/** What a change overrides of config and key; `undefined` if nothing. */
export function forcedBy({ policy, mode, quality }: Change): Forced | undefined {
  if (policy === undefined && mode === undefined && quality === undefined) return undefined;
  return {
    policy: policy ?? 'learned',
    ...(mode !== undefined && { mode }),
    ...(quality !== undefined && { quality }),
  };
}

function checkName(name: string, models: readonly Model[], gone: readonly string[]): void {
  if (models.some((model) => isMeantBy(name, model))) return;
  refuseGone(`--without ${name}`, goneBy(name, gone));
  const known = [...new Set(models.flatMap(({ provider, family }) => [provider, family]))];
  const hint = didYouMean(name, [...known, ...models.map(({ id }) => id)], {
    otherwise: `known: ${known.join(', ')}, and ids as openai/*`,
  });
  throw new ConclaveError(
    'invalid_request',
    `--without ${name}: no provider, family or model has that name; ${hint}`,
  );
}

/** Whether a name (a provider, a family, or a pattern of ids) covers a model. */
function isMeantBy(name: string, { id, provider, family }: Model): boolean {
  return name === provider || name === family || matchesPattern(id, name);
}
