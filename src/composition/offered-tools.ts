import type { AppOptions } from '../app.ts';
import { enabledTools } from '../tools/offer/enabled-tools.ts';
import { tools } from '../tools/index.ts';
import type { Tool } from '../tools/offer/tool.ts';
import { readConfiguration } from './read-configuration.ts';

/** The tools that this configuration leaves, without anything that they need to run. @throws ConclaveError `configuration`. */
export async function offeredTools(options: AppOptions): Promise<readonly Tool[]> {
  const { config } = await readConfiguration(options);
  return enabledTools(tools, config.tools.disabled);
}
