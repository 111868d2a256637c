import { ConclaveError } from '../../../core/errors.ts';
import type { ErrorCode } from '../../../core/errors.ts';
import { systemErrorCode } from '../../../core/system/system-error-code.ts';
import { codeOfStatus } from '../../../core/wire/code-of-status.ts';

/**
 * Converts what a custom provider threw into a failure of that provider. A `ConclaveError` is kept: it says itself what
 * has failed. Otherwise an HTTP status (`status` or `statusCode`, as SDKs set it), a failed connection or a timeout
 * decides the code; anything else is a `provider_error`.
 */
export function customFailure(thrown: unknown, provider: string): ConclaveError {
  try {
    return thrown instanceof ConclaveError ? thrown : describedFailure(thrown, provider);
  } catch {
    // A getter of it threw, or it has no text. It is not kept as the cause, since reading that would fail as well.
    const message = `${provider} failed, and what it threw cannot be read`;
    return new ConclaveError('provider_error', message, { provider });
  }
}

function describedFailure(thrown: unknown, provider: string): ConclaveError {
  const status = statusOf(thrown);
  const code = status === undefined ? codeOf(thrown) : codeOfStatus(status);
  const failed = status === undefined ? 'failed' : `failed with ${status}`;
  return new ConclaveError(code, `${provider} ${failed}: ${messageOf(thrown)}`, {
    provider,
    cause: thrown,
    ...(status !== undefined && { providerStatus: status }),
    ...(code === 'invalid_request' && status !== undefined && { status }),
  });
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { status, statusCode }: { status?: unknown; statusCode?: unknown } = thrown;
  return [status, statusCode].find(
    (one): one is number => typeof one === 'number' && one >= 400 && one < 600,
  );
}

function codeOf(thrown: unknown): ErrorCode {
  if (!(thrown instanceof Error)) return 'provider_error';
  if (thrown.name === 'TimeoutError') return 'provider_timeout';
  // fetch reports a failed connection as the cause of a TypeError.
  const code = systemErrorCode(thrown) ?? systemErrorCode(thrown.cause) ?? '';
  if (code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') return 'provider_timeout';
  return unreachable.test(code) ? 'provider_unreachable' : 'provider_error';
}

const unreachable = /^(?:ECONN|EHOST|ENET|EAI_|ENOTFOUND$|EPIPE$|UND_ERR_SOCKET$)/;

function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.slice(0, 1000);
}
