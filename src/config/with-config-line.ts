import { ConclaveError } from '../core/errors.ts';
import type { LoadedConfig } from './load-config.ts';

/**
 * Adds file and line to an error thrown while building from a configuration. Other errors are returned unchanged: those
 * not about the configuration, without a place in it, or not from a file.
 */
export async function withConfigLine(thrown: unknown, { path, text }: LoadedConfig): Promise<unknown> {
  if (!(thrown instanceof ConclaveError) || thrown.code !== 'configuration') return thrown;
  const { configPath } = thrown.details;
  if (configPath === undefined || path === undefined || text === undefined) return thrown;
  const { placeInFile } = await import('./parse-config.ts');
  return new ConclaveError('configuration', `${placeInFile(text, path, configPath)}: ${thrown.message}`, {
    ...thrown.details,
    cause: thrown,
  });
}
