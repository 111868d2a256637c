import { ConclaveError } from '../../core/errors.ts';
import type { Tool } from './tool.ts';

/**
 * Returns the tool of this name from those that the configuration offers.
 * @throws ConclaveError `permission` for a tool that the configuration disables.
 */
export function namedTool(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  throw new ConclaveError('permission', `The configuration disables the tool "${name}" (tools.disabled).`);
}
