import { ConclaveError } from '../../core/errors.ts';
import { nearestNames } from '../../core/names/nearest-names.ts';
import type { Tool } from './tool.ts';

/**
 * Returns the tools that are not disabled.
 * @throws ConclaveError `configuration` for a name that no tool has, with the nearest name.
 */
export function enabledTools(tools: readonly Tool[], disabled: readonly string[]): readonly Tool[] {
  const names = tools.map(({ name }) => name);
  for (const name of disabled) {
    if (names.includes(name)) continue;
    const [nearest] = nearestNames(name, names);
    const remedy = nearest ? `did you mean "${nearest}"?` : `known: ${names.join(', ')}`;
    throw new ConclaveError('configuration', `tools.disabled: there is no tool "${name}"; ${remedy}`);
  }
  return tools.filter(({ name }) => !disabled.includes(name));
}
