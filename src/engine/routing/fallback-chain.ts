import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import type { ModelSupply, SettingsOf } from '../services.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { NamedChoice } from '../route.ts';

/** What is needed to find the fallbacks of a model. */
export type ChainServices = Pick<ModelSupply, 'catalogue' | 'defaultChain'> & SettingsOf<'fallbacks'>;

/**
 * Returns the models that may answer, in order: the one asked for, then its fallbacks. A configured chain replaces the
 * default one; an exact id has no default chain, because the caller wants exactly that model.
 */
export function fallbackChain(engine: ChainServices, { model, by }: NamedChoice): readonly Model[] {
  const configured = configuredChain(engine, model);
  if (configured) return [model, ...configured];
  return by === 'name' ? [model] : [model, ...engine.defaultChain(model)];
}

/**
 * If another model of the default chain answers because the one asked for cannot, its configured fallbacks replace the
 * rest of the chain. `undefined`: it has none, or the chain is a configured one.
 */
export function chainWithSubstitute(
  engine: ChainServices,
  { model, by }: NamedChoice,
  substitute: Model,
): readonly Model[] | undefined {
  if (by === 'name' || substitute.id === model.id || configuredChain(engine, model)) return undefined;
  const itsChain = configuredChain(engine, substitute);
  return itsChain && [model, substitute, ...itsChain];
}

type ConfiguredServices = Pick<ChainServices, 'catalogue' | 'settings'>;

function configuredChain(
  { catalogue, settings }: ConfiguredServices,
  model: Model,
): readonly Model[] | undefined {
  const configured = configuredFallbacks(settings.fallbacks, model.id);
  return configured && modelsOf(catalogue, configured, model);
}

/** Fallbacks that the config sets for a model; `undefined` if it sets none. */
export function configuredFallbacks(fallbacks: Readonly<Record<string, readonly string[]>>, id: string) {
  const pattern = Object.keys(fallbacks).find((pattern) => matchesPattern(id, pattern));
  return pattern === undefined ? undefined : fallbacks[pattern];
}

function modelsOf(catalogue: Catalogue, names: readonly string[], first: Model): Model[] {
  return names.flatMap((name) => {
    const resolution = catalogue.resolve(name);
    return resolution.kind === 'model' && resolution.model.id !== first.id ? [resolution.model] : [];
  });
}
