import type { AppOptions } from '../app.ts';
import { checkConfig, loadConfig, type LoadedConfig } from '../config/load-config.ts';

/** The configuration that was given, or that of the file. @throws ConclaveError `configuration`. */
export async function readConfiguration({ config, configPath, env, cwd }: AppOptions): Promise<LoadedConfig> {
  if (config !== undefined) return { config: checkConfig(config) };
  return loadConfig({ env, cwd, path: configPath });
}
