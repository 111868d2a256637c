import { booksOnly } from '../../config/reading/books-only.ts';
import {
  checkConfig,
  loadConfig,
  type LoadedConfig,
  type LoadOptions,
} from '../../config/reading/load-config.ts';
import type { AppOptions } from '../options.ts';

/**
 * Returns the given configuration, or that of the file; `source` is used instead of the file.
 * @throws ConclaveError `configuration`; also for a file that has become empty since it had the content `replaces`.
 */
export async function readConfiguration(
  options: AppOptions,
  { source, replaces }: Pick<LoadOptions, 'source' | 'replaces'> = {},
): Promise<LoadedConfig> {
  const { config, configPath: path, env, cwd, offline } = options;
  if (config !== undefined) return { config: checkConfig(offline ? booksOnly(config) : config) };
  return loadConfig({ env, cwd, path, offline, source, replaces });
}
