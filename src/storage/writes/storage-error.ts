import { ConclaveError } from '../../core/errors.ts';

/**
 * Wraps a database error for clients. The database's own message is only for the operator: it names hosts, users and
 * tables.
 */
export function asStorageError(what: 'read' | 'written', error: unknown): ConclaveError {
  if (error instanceof ConclaveError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const found = `The ledger could not be ${what}`;
  return new ConclaveError('storage', `${found}; try again in a moment.`, {
    cause: error,
    toOperator: `${found}: ${reason}.`,
  });
}

/**
 * Returns whether the write itself is at fault, so that a retry would fail too: a broken constraint, a value that does
 * not fit, a bug of ours. All other failures (a full disk, a lost connection, a read-only standby) pass.
 */
export function isOwnFault(error: unknown): boolean {
  if (error instanceof ConclaveError) {
    return error.code !== 'storage' || error.cause === undefined || isOwnFault(error.cause);
  }
  if (error instanceof TypeError || error instanceof RangeError) return true;
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') return sqliteFaults.has(error.errcode & 0xff);
  return 'code' in error && typeof error.code === 'string' && postgresFaults.test(error.code);
}

/** SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH and SQLITE_RANGE. */
const sqliteFaults = new Set([18, 19, 20, 25]);

/** Classes 22 (data exception) and 23 (integrity constraint violation). */
const postgresFaults = /^2[23][0-9A-Z]{3}$/;
