import type { AppOptions } from '../app.ts';
import { enabledTools } from '../tools/offer/enabled-tools.ts';
import { tools } from '../tools/index.ts';
import type { Tool } from '../tools/offer/tool.ts';
import { readConfiguration } from './read-configuration.ts';

/** Returns the tools that this configuration enables, without opening an app. @throws ConclaveError `configuration`. */
export async function offeredTools(options: AppOptions): Promise<readonly Tool[]> {
  const { config } = await readConfiguration(options);
  return enabledTools(tools, config.tools.disabled);
}
