import { ConclaveError } from '../../core/errors.ts';
import type { Tool } from './tool.ts';

/**
 * The tool of this name as a configuration offers it, its answers verified where that is wanted.
 * @throws ConclaveError `permission` for one that the configuration disables.
 */
export function namedTool(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  throw new ConclaveError('permission', `The configuration disables the tool "${name}" (tools.disabled).`);
}
