import { ConclaveError } from '../../core/errors.ts';

export type Failure = { readonly model: string; readonly error: ConclaveError };

/** One error for several failed attempts: the last one's code and status, and a line for each. */
export function allFailed(failures: readonly Failure[]): ConclaveError {
  const last = failures.at(-1);
  if (!last) return new ConclaveError('internal', 'A plan without candidates was run.');
  const waits = failures.flatMap(({ error }) => error.details.retryAfterMs ?? []);
  const details = { ...last.error.details, ...(waits.length > 0 && { retryAfterMs: Math.min(...waits) }) };
  const attempts = failures.map(({ model, error }) => `${model}: ${error.code}: ${error.message}`);
  const inFull = failures.map(({ model, error }) => `${model}: ${error.code}: ${error.toOperator}`);
  if (failures.length === 1)
    return new ConclaveError(last.error.code, last.error.message, { ...last.error.details, attempts });
  return new ConclaveError(last.error.code, told(attempts), {
    ...details,
    cause: last.error,
    attempts,
    ...(failures.some(({ error }) => error.details.toOperator) && { toOperator: told(inFull) }),
  });
}

function told(attempts: readonly string[]): string {
  return `All ${attempts.length} attempts failed. ${attempts.map((line, i) => `${i + 1}. ${line}`).join(' ')}`;
}
