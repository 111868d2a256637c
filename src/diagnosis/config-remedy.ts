import { ConclaveError } from '../core/errors.ts';

/** Returns the remedy for a configuration that was refused. The error names the line, or the file cannot be read. */
export function configRemedy(error: unknown): string {
  return error instanceof ConclaveError && isSystemError(error.cause)
    ? 'name an existing file in --config or CONCLAVE_CONFIG, or leave them out'
    : 'correct the line that is named';
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
