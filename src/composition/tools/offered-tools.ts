import type { LoadedConfig } from '../../config/reading/load-config.ts';
import { withConfigLine } from '../../config/reading/with-config-line.ts';
import { enabledTools } from '../../tools/offer/enabled-tools.ts';
import { tools } from '../../tools/index.ts';
import type { Tool } from '../../tools/offer/tool.ts';
import { readConfiguration } from '../foundation/read-configuration.ts';
import type { AppOptions } from '../options.ts';

/** Returns the tools that this configuration enables, without opening an app. @throws ConclaveError `configuration`. */
export async function offeredTools(options: AppOptions): Promise<readonly Tool[]> {
  return toolsOf(await readConfiguration(options));
}

/** Returns the tools that a configuration enables. @throws ConclaveError `configuration`. */
export function toolsOf(loaded: LoadedConfig): Promise<readonly Tool[]> {
  return withConfigLine(loaded, () => enabledTools(tools, loaded.config.tools.disabled));
}
