import type { Catalogue } from '../../core/catalogue.ts';
import type { Model } from '../../core/model.ts';
import type { ModelSupply, SettingsOf } from '../parts.ts';
import { matchesPattern } from '../../core/names/matches-pattern.ts';
import type { NamedChoice } from './model-choice.ts';

/**
 * Returns the models that may answer, in order: the one asked for, then its fallbacks. A configured chain replaces the
 * default one; an exact id has no default chain, because the caller wants exactly that model.
 */
export function fallbackChain(
  engine: Pick<ModelSupply, 'catalogue' | 'defaultChain'> & SettingsOf<'fallbacks'>,
  { model, by }: NamedChoice,
): readonly Model[] {
  const configured = configuredFallbacks(engine.settings.fallbacks, model.id);
  if (configured) return [model, ...modelsOf(engine.catalogue, configured, model)];
  return by === 'name' ? [model] : [model, ...engine.defaultChain(model)];
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
