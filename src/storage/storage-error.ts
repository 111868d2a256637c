import { ConclaveError } from '../core/errors.ts';

/** A failure of the database for a client, whom its own words are not for: they name hosts, users and tables. */
export function asStorageError(what: 'read' | 'written', error: unknown): ConclaveError {
  if (error instanceof ConclaveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const found = `The ledger could not be ${what}`;
  return new ConclaveError('storage', `${found}; try again in a moment.`, {
    cause: error,
    toOperator: `${found}: ${reason}.`,
  });
}
