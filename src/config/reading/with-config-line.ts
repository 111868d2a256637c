import { ConclaveError } from '../../core/errors.ts';
import type { LoadedConfig } from './load-config.ts';

/**
 * Runs work that follows from a configuration, and adds file and line to its error. Other errors are unchanged: those
 * not about the configuration, without a place in it, or not from a file.
 */
export async function withConfigLine<T>(loaded: LoadedConfig, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await withLine(error, loaded);
  }
}

async function withLine(thrown: unknown, { path, text }: LoadedConfig): Promise<unknown> {
  if (!(thrown instanceof ConclaveError) || thrown.code !== 'configuration') return thrown;
  const { configPath } = thrown.details;
  if (configPath === undefined || path === undefined || text === undefined) return thrown;
  const { placeInFile } = await import('./parse-config.ts');
  return thrown.with({
    message: `${placeInFile(text, path, configPath)}: ${thrown.message}`,
    cause: thrown,
  });
}
