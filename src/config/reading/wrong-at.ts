import { ConclaveError } from '../../core/errors.ts';

/** Returns the error for a value of the configuration that passes the schema but cannot work, with its place. */
export function wrongAt(path: readonly PropertyKey[], problem: string, cause?: ConclaveError): ConclaveError {
  const message = `${path.map(String).join('.')}: ${problem}`;
  return new ConclaveError('configuration', message, { configPath: path, cause });
}
