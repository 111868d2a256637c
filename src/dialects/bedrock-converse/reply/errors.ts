import type { WireFailure } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { ErrorCode, ErrorInit } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { ownMember } from '../../../core/json/own-members.ts';
import { accountFailure, notAdmittedToBedrock } from '../../failures/account-failure.ts';
import { codeOfStatus } from '../../../core/wire/code-of-status.ts';
import { errorBody } from '../../failures/error-body.ts';
import { failureDetail } from '../../failures/failure-detail.ts';
import { nameOf, textOf } from '../../fields/loose-fields.ts';
import { parseRetryAfter } from '../../failures/parse-retry-after.ts';
import { saysPromptTooLong } from '../../failures/says-prompt-too-long.ts';
import { singleHeader } from '../../failures/single-header.ts';

/** The error code for each of AWS's exceptions. */
const codes: Readonly<Record<string, ErrorCode>> = {
  accessdeniedexception: 'provider_forbidden',
  expiredtokenexception: 'provider_auth',
  incompletesignatureexception: 'provider_auth',
  invalidsignatureexception: 'provider_auth',
  missingauthenticationtokenexception: 'provider_auth',
  unrecognizedclientexception: 'provider_auth',
  resourcenotfoundexception: 'model_not_found',
  servicequotaexceededexception: 'provider_quota',
  throttlingexception: 'provider_rate_limited',
  modelnotreadyexception: 'provider_overloaded',
  serviceunavailableexception: 'provider_overloaded',
  modeltimeoutexception: 'provider_timeout',
  modelerrorexception: 'provider_error',
  modelstreamerrorexception: 'provider_error',
  internalserverexception: 'provider_error',
  validationexception: 'invalid_request',
};

/** Returns the error of a failed reply, from the exception in its headers or body, otherwise from its status. */
export function readError({ status, headers, body, provider }: WireFailure): ConclaveError {
  const error = errorBody(body);
  const type = nameOf(error.__type) ?? singleHeader(headers['x-amzn-errortype']);
  const message = textOf(error.message) || textOf(error.Message);
  const code = codeOf(type, message) ?? codeByMessage(codeOfStatus(status), message);
  const retryAfterMs = parseRetryAfter(headers);
  return errorFor(
    code,
    { who: provider, what: [status, nameOfException(type)], message },
    {
      provider,
      providerStatus: status,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  );
}

/** Returns the error for an exception in the middle of a stream. */
export function errorOfEvent(name: string, body: JsonObject): ConclaveError {
  const message = textOf(body.message);
  const code = codeOf(name, message) ?? 'provider_error';
  return errorFor(code, { who: 'The provider', what: [name], message }, {});
}

const exceptions: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

/** Writes Conclave's error in Bedrock's format. */
export function writeError(error: ConclaveError): { status: number; body: JsonObject } {
  return { status: error.status, body: { __type: exceptionOf(error), message: error.message } };
}

/** Returns the AWS exception for an error's status. */
export function exceptionOf({ status }: ConclaveError): string {
  return exceptions[status] ?? (status < 500 ? 'ValidationException' : 'InternalServerException');
}

function errorFor(
  named: ErrorCode,
  sentence: { who: string; what: readonly (string | number | undefined)[]; message: string },
  details: ErrorInit,
): ConclaveError {
  const what = sentence.what.filter((word) => word !== undefined).join(' ');
  const account = accountFailure(named, sentence.message);
  const code = account?.code ?? named;
  const detail = failureDetail(code, sentence.message, account);
  // AWS counts its quotas per model and region.
  const quota = code === 'provider_quota' ? ({ hint: 'model-quota', status: 429 } as const) : {};
  return new ConclaveError(code, `${sentence.who} answered ${what}${detail}`, { ...details, ...quota });
}

function codeOf(type: string | undefined, message: string): ErrorCode | undefined {
  const code = type === undefined ? undefined : ownMember(codes, nameOfException(type)?.toLowerCase() ?? '');
  return code && codeByMessage(code, message);
}

/** Returns the name of an exception: `com.amazon.coral#ThrottlingException:http://…` is a ThrottlingException. */
function nameOfException(type: string | undefined): string | undefined {
  return type?.split(':')[0]?.split('#').at(-1);
}

/**
 * Bedrock reports a prompt that is too long, a model that does not exist, and an account that may not call models, with
 * the same exception as any bad request.
 */
function codeByMessage(code: ErrorCode, message: string): ErrorCode {
  if (code !== 'invalid_request') return code;
  if (saysPromptTooLong(message)) return 'context_too_long';
  if (/model identifier is invalid/i.test(message)) return 'model_not_found';
  return notAdmittedToBedrock.test(message) ? 'provider_forbidden' : code;
}
