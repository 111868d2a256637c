import type { ErrorCode } from '../../../core/errors.ts';

/** Returns the exit code for a command that failed: the one that the command has set, else the one of the error. */
export function exitCodeOf(code: ErrorCode): number {
  return typeof process.exitCode === 'number' && process.exitCode !== 0
    ? process.exitCode
    : exitCodeFor(code);
}

/** Returns the exit code for an error; 1 if it has none of its own. */
export function exitCodeFor(code: ErrorCode): number {
  return exitCodes[code] ?? 1;
}

const exitCodes: Partial<Record<ErrorCode, number>> = {
  configuration: 2,
  invalid_request: 2,
  not_found: 2,
  permission: 2,
  request_too_large: 2,
  request_timeout: 3,
  model_not_found: 3,
  no_candidate: 3,
  budget_exceeded: 3,
  rate_limited: 3,
  provider_auth: 3,
  provider_quota: 3,
  provider_forbidden: 3,
  provider_rate_limited: 3,
  provider_overloaded: 3,
  provider_error: 3,
  provider_unreachable: 3,
  provider_timeout: 3,
  provider_invalid_reply: 3,
  shutting_down: 3,
  storage: 3,
};

/** For the help. */
export const exitCodesText = `
Exit codes: 0 done; 1 findings, a failed check, or a fault of Conclave's own; 2 usage or
configuration; 3 no answer, or not a complete one: no model, no budget, a provider that failed, a
ledger that cannot be written, a review that could not read everything; 130 stopped by Ctrl-C.`;
