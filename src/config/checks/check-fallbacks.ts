import type { Resolution } from '../../core/catalogue.ts';
import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';

/** What is needed to resolve names in the configuration. */
export type KnownNames = {
  /** @throws ConclaveError if a name means nothing. */
  readonly resolve: (name: string) => Resolution;
  /** Every provider that is configured or could be. */
  readonly providerNames: ReadonlySet<string>;
};

/**
 * Rejects fallbacks that would never be tried: for a name that resolves to another id, for an unknown provider, from a
 * model to itself, and to a name that leaves the choice open. A known provider that is not configured is not an error.
 * @throws ConclaveError `configuration` that names the key and the probably intended name.
 */
export function checkFallbacks(
  fallbacks: Readonly<Record<string, readonly string[]>>,
  known: KnownNames,
): void {
  for (const [pattern, names] of Object.entries(fallbacks)) {
    if (pattern.includes('*')) checkPattern(pattern, known);
    else checkId(pattern, known);
    const several = names.find((name) => name.includes('*'));
    if (several !== undefined) throw wrong(pattern, `"${several}" is a pattern; name a model`);
    const open = names.find((name) => known.resolve(name).kind !== 'model');
    if (open !== undefined) throw wrong(pattern, `"${open}" leaves the choice open; name a model`);
    const itself = names.find((name) => isModel(known.resolve(name), pattern));
    if (itself !== undefined) throw wrong(pattern, `"${itself}" is the same model; name another`);
  }
}

function isModel(resolution: Resolution, id: string): boolean {
  return resolution.kind === 'model' && resolution.model.id === id;
}

function checkPattern(pattern: string, { providerNames }: KnownNames): void {
  const [provider = ''] = pattern.split('/');
  if (provider.includes('*') || providerNames.has(provider)) return;
  const hint = didYouMean(provider, providerNames, { otherwise: 'write a pattern of ids, as anthropic/*' });
  throw wrong(pattern, `there is no provider "${provider}"; ${hint}`);
}

function checkId(id: string, { resolve }: KnownNames): void {
  try {
    const resolution = resolve(id);
    if (resolution.kind !== 'model')
      throw wrong(id, `"${id}" leaves the choice open; write an id or a pattern of ids, as anthropic/*`);
    const { model } = resolution;
    if (model.id !== id) throw wrong(id, `write the id, ${model.id}`);
  } catch (error) {
    if (!(error instanceof ConclaveError) || error.code === 'configuration') throw error;
    if (error.details.missingProvider === undefined) throw wrong(id, error.message);
  }
}

function wrong(key: string, problem: string): ConclaveError {
  return new ConclaveError('configuration', `routing.fallbacks.${key}: ${problem}`, {
    configPath: ['routing', 'fallbacks', key],
  });
}
