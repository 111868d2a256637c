import { ConclaveError } from '../../core/errors.ts';

/** Enough to see which time and which callers are affected. */
const maxNamed = 100;

/** Returns the error of a process that ends while the database does not accept the rows of these calls. */
export function lostRows(ids: readonly string[]): ConclaveError {
  const unnamed = ids.length - maxNamed;
  const named = `${ids.slice(0, maxNamed).join(', ')}${unnamed > 0 ? ` and ${unnamed} more` : ''}`;
  return new ConclaveError(
    'storage',
    ids.length === 1
      ? `The end of a call could not be written to the ledger: ${named}. If it had asked a provider, it will be listed as interrupted, at the estimate of its prompt.`
      : `The ends of ${ids.length} calls could not be written to the ledger: ${named}. Those that had asked a provider will be listed as interrupted, at the estimate of their prompts.`,
  );
}
