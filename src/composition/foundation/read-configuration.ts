import { booksOnly } from '../../config/reading/books-only.ts';
import { checkConfig, loadConfig, type LoadedConfig } from '../../config/reading/load-config.ts';
import type { ConfigSource } from '../../core/shared-config.ts';
import type { AppOptions } from '../options.ts';

/**
 * Returns the given configuration, or that of the file; `source` is used instead of the file.
 * @throws ConclaveError `configuration`; with `refuseEmpty`, also for a file without content.
 */
export async function readConfiguration(
  options: AppOptions,
  {
    source,
    refuseEmpty,
  }: { readonly source?: ConfigSource | undefined; readonly refuseEmpty?: boolean } = {},
): Promise<LoadedConfig> {
  const { config, configPath: path, env, cwd, offline } = options;
  if (config !== undefined) return { config: checkConfig(offline ? booksOnly(config) : config) };
  return loadConfig({ env, cwd, path, offline, source, refuseEmpty });
}
