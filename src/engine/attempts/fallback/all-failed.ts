import { minOf } from '../../../core/lists/extremes.ts';
import { ConclaveError, type ErrorCode } from '../../../core/errors.ts';

export type FailedCandidate = {
  readonly model: string;
  readonly error: ConclaveError;
  /** No request was made to its provider, so this is no attempt. */
  readonly isUnasked: boolean;
};

/**
 * Builds one error from several failed attempts, with a line for each; `decisive` chooses whose code and status it
 * gets.
 */
export function allFailed(failures: readonly FailedCandidate[]): ConclaveError {
  const last = failures.at(-1);
  if (!last) return new ConclaveError('internal', 'A plan without candidates was run.');
  const waits = failures.flatMap(({ error }) => error.details.retryAfterMs ?? []);
  const { error } = decisive(failures, last);
  const asked = failures.filter(({ isUnasked }) => !isUnasked);
  if (failures.length === 1) return last.error;
  const summary =
    asked.length === failures.length ? `All ${asked.length} attempts failed.` : 'No model answered.';
  const inFull = failures.map(({ model, error }) => `${model}: ${error.code}: ${error.toOperator}`);
  return error.with({
    message: numbered(summary, failures.map(lineOf)),
    cause: error,
    ...(waits.length > 0 && { retryAfterMs: minOf(waits) }),
    ...(failures.some((one) => one.error.details.toOperator) && { toOperator: numbered(summary, inFull) }),
  });
}

/**
 * Returns the last failure, unless a model before it may answer the same request later: a client that sees only a
 * fallback's final refusal does not retry, or shortens a conversation that the model it asked for would accept.
 */
function decisive(failures: readonly FailedCandidate[], last: FailedCandidate): FailedCandidate {
  if (!verdicts.has(last.error.code) && !accounts.has(last.error.code)) return last;
  const judged = new Set(failures.flatMap(({ model, error }) => (verdicts.has(error.code) ? model : [])));
  return failures.find(({ model, error }) => error.retryable && !judged.has(model)) ?? last;
}

/** Codes by which a model rejects the request itself. */
const verdicts: ReadonlySet<ErrorCode> = new Set([
  'invalid_request',
  'unsupported',
  'context_too_long',
  'content_filtered',
  'model_not_found',
]);

/** Codes that concern our account at the provider. */
const accounts: ReadonlySet<ErrorCode> = new Set(['provider_auth', 'provider_quota', 'provider_forbidden']);

function lineOf({ model, error }: FailedCandidate): string {
  return `${model}: ${error.code}: ${error.message}`;
}

function numbered(summary: string, lines: readonly string[]): string {
  return `${summary} ${lines.map((line, i) => `${i + 1}. ${line}`).join(' ')}`;
}
