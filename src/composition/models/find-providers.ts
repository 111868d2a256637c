import { checkCustomProviders } from '../../config/checks/check-custom-providers.ts';
import { discoverProviders } from '../../config/discovery/discover-providers.ts';
import type { FoundProvider } from '../../config/discovery/found-provider.ts';
import type { LoadedConfig } from '../../config/reading/load-config.ts';
import { ConclaveError } from '../../core/errors.ts';
import type { Foundation } from '../foundation/foundation.ts';
import { builtInProviders } from '../../providers/built-in-providers.ts';
import type { AppOptions } from '../options.ts';

/**
 * Finds the available providers.
 * @throws ConclaveError `configuration` if there is none, or a custom one cannot work; `no_candidate` if only simulated models are missing, because
 * they were excluded.
 */
export async function findProviders(
  options: AppOptions,
  { config, path }: LoadedConfig,
  { localModels, simulator }: Pick<Foundation, 'localModels' | 'simulator'>,
): Promise<FoundProvider[]> {
  const taken = [...builtInProviders.map(({ id }) => id), ...Object.keys(config.providers)];
  checkCustomProviders(options.providers ?? [], new Set(taken));
  if (options.offline) return [];
  const found = await discoverProviders({
    config,
    configured: path !== undefined || options.config !== undefined,
    env: options.env,
    known: builtInProviders,
    details: localModels,
    ...(options.simulate !== undefined && { simulate: options.simulate }),
    replay: options.replay !== undefined,
    simulator,
  });
  if (found.length > 0 || (options.providers ?? []).length > 0) return found;
  if (path === undefined && options.config === undefined) {
    throw new ConclaveError(
      'no_candidate',
      'No provider: no key is in the environment and no local server answers, and simulated models do not count here; export a key such as ANTHROPIC_API_KEY, name a provider in a configuration, or add --simulate, in a program createConclave({ simulate: true }).',
    );
  }
  throw new ConclaveError(
    'configuration',
    `No provider: ${path ?? 'the configuration'} names none, no key is in the environment and no local server answers; export a key such as ANTHROPIC_API_KEY, add one, or start with --simulate, in a program createConclave({ simulate: true })`,
  );
}
