import { appendAll } from '../../../core/lists/append-all.ts';
import type { Catalogue } from '../../../core/catalogue.ts';
import type { Model } from '../../../core/model.ts';
import type { ModelSupply, SettingsOf } from '../../services.ts';
import { matchesPattern } from '../../../core/names/matches-pattern.ts';
import type { NamedChoice } from '../../route.ts';

/** What is needed to find the fallbacks of a model. */
export type ChainServices = Pick<ModelSupply, 'catalogue' | 'deploymentsOf' | 'defaultChain'> &
  SettingsOf<'fallbacks'>;

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
 * Returns the chain if the model asked for cannot serve the call: each model of the default chain is followed by its own
 * configured fallbacks, and the chain ends with the first that can serve the call, itself or by one of these.
 * `undefined`: no configured fallbacks come first, so the chain stays as it is.
 */
export function chainWithSubstitute(
  engine: ChainServices,
  choice: NamedChoice,
  fits: (model: Model) => boolean,
): readonly Model[] | undefined {
  const passed: Model[] = [choice.model];
  for (const { substitute, itsChain } of substitutesOf(engine, choice)) {
    passed.push(substitute);
    appendAll(passed, itsChain ?? []);
    if (itsChain && [substitute, ...itsChain].some(fits)) return passed;
    if (fits(substitute)) return undefined;
  }
  return undefined;
}

/** Returns all models that `chainWithSubstitute` may choose from; `undefined` if no fallbacks are configured for them. */
export function possibleSubstitutes(
  engine: ChainServices,
  choice: NamedChoice,
): readonly Model[] | undefined {
  const substitutes = substitutesOf(engine, choice);
  if (substitutes.every(({ itsChain }) => itsChain === undefined)) return undefined;
  return substitutes.flatMap(({ substitute, itsChain = [] }) => [substitute, ...itsChain]);
}

/** The models of the default chain, each with its configured fallbacks if a provider offers it. */
function substitutesOf(engine: ChainServices, { model, by }: NamedChoice) {
  if (by === 'name' || configuredChain(engine, model)) return [];
  return engine.defaultChain(model).map((substitute) => {
    const isServed = engine.deploymentsOf(substitute).length > 0;
    return { substitute, itsChain: isServed ? configuredChain(engine, substitute) : undefined };
  });
}

function configuredChain(
  { catalogue, settings }: Pick<ChainServices, 'catalogue' | 'settings'>,
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
