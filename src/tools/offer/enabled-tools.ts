import { ConclaveError } from '../../core/errors.ts';
import { didYouMean } from '../../core/names/did-you-mean.ts';
import type { Tool } from './tool.ts';

/**
 * Returns the tools that are not disabled.
 * @throws ConclaveError `configuration` for a name that no tool has, with the nearest name.
 */
export function enabledTools(tools: readonly Tool[], disabled: readonly string[]): readonly Tool[] {
  const names = tools.map(({ name }) => name);
  for (const [at, name] of disabled.entries()) {
    if (names.includes(name)) continue;
    const message = `tools.disabled.${at}: there is no tool "${name}"; ${didYouMean(name, names)}`;
    throw new ConclaveError('configuration', message, { configPath: ['tools', 'disabled', at] });
  }
  return tools.filter(({ name }) => !disabled.includes(name));
}
