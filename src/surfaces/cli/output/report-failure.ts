import { asConclaveError, type ErrorCode } from '../../../core/errors.ts';
import { exitCodeOf } from './exit-codes.ts';
import { printable } from './printable.ts';

/**
 * Prints the error that ended a command: as text, or as one JSON object with what the command had `done` before it.
 * Returns the exit code.
 */
export function reportFailure(
  thrown: unknown,
  { json, done }: { readonly json: boolean; readonly done?: object },
): number {
  const error = asConclaveError(thrown);
  if (json) printJsonError(error.code, error.toOperator, done);
  else process.stderr.write(`conclave: ${printable(error.toOperator)}\n`);
  if (error.code === 'internal' && error.cause instanceof Error)
    process.stderr.write(`${error.cause.stack}\n`);
  return exitCodeOf(error.code);
}

/** Prints an error as one JSON object. */
export function printJsonError(code: ErrorCode, message: string, done: object = {}): void {
  process.stdout.write(`${JSON.stringify({ ...done, error: { code, message } })}\n`);
}
