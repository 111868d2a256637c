import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import type { ModelSupply, SettingsOf } from '../parts.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { NamedChoice } from '../route.ts';

/** What is needed to find the fallbacks of a model. */
export type ChainParts = Pick<ModelSupply, 'catalogue' | 'deploymentsOf' | 'defaultChain'> &
  SettingsOf<'fallbacks'>;

/**
 * Returns the models that may answer, in order: the one asked for, then its fallbacks. A configured chain replaces the
 * default one; an exact id has no default chain, because the caller wants exactly that model.
 */
export function fallbackChain(engine: ChainParts, { model, by }: NamedChoice): readonly Model[] {
  const configured = configuredChain(engine, model);
  if (configured) return [model, ...configured];
  if (by === 'name') return [model];
  const chain = engine.defaultChain(model);
  // If no configured provider has the model, another answers in its place, followed by its own fallbacks.
  const isServed = (one: Model) => engine.deploymentsOf(one).length > 0;
  const substitute = isServed(model) ? undefined : chain.find(isServed);
  const itsChain = substitute && configuredChain(engine, substitute);
  return [model, ...(itsChain ? [substitute, ...itsChain] : chain)];
}

function configuredChain({ catalogue, settings }: ChainParts, model: Model): readonly Model[] | undefined {
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
