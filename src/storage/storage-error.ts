import { ConclaveError } from '../core/errors.ts';

/** What a database says when it fails, as an error that a client may see. */
export function asStorageError(what: 'read' | 'written', error: unknown): ConclaveError {
  if (error instanceof ConclaveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ConclaveError('storage', `The ledger could not be ${what}: ${reason}.`, { cause: error });
}
