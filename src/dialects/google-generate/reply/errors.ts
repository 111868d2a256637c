import type { WireFailure } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { ErrorCode, ErrorInit } from '../../../core/errors.ts';
import { isJsonObject, type JsonObject } from '../../../core/json/json.ts';
import { ownMember } from '../../../core/json/own-members.ts';
import { accountFailure } from '../../failures/account-failure.ts';
import { codeOfStatus } from '../../../core/wire/code-of-status.ts';
import { errorBody } from '../../failures/error-body.ts';
import { failureDetail } from '../../failures/failure-detail.ts';
import { countOf, nameOf, objectOf, objectsOf, textOf } from '../../fields/loose-fields.ts';
import { parseRetryAfter } from '../../failures/parse-retry-after.ts';
import { saysPromptTooLong } from '../../failures/says-prompt-too-long.ts';
import { statedWait } from '../../failures/stated-wait.ts';

/** The error code for each of Google's canonical codes. */
const codes: Readonly<Record<string, ErrorCode>> = {
  INVALID_ARGUMENT: 'invalid_request',
  OUT_OF_RANGE: 'invalid_request',
  // Billing is not set up, or the country is not supported.
  FAILED_PRECONDITION: 'provider_forbidden',
  UNAUTHENTICATED: 'provider_auth',
  PERMISSION_DENIED: 'provider_forbidden',
  NOT_FOUND: 'model_not_found',
  RESOURCE_EXHAUSTED: 'provider_rate_limited',
  CANCELLED: 'provider_error',
  INTERNAL: 'provider_error',
  UNKNOWN: 'provider_error',
  UNAVAILABLE: 'provider_overloaded',
  DEADLINE_EXCEEDED: 'provider_timeout',
};

/** Returns the error of a failed reply, from Google's canonical code, otherwise from its status. */
export function readError({ status, headers, body, provider }: WireFailure): ConclaveError {
  return errorOf(errorBody(body), { status, headers, provider });
}

/** Whether a reply or an event reports a failure: in Google's object, or as a text, as some gateways write it. */
export function holdsError({ error }: JsonObject): boolean {
  return isJsonObject(error) || nameOf(error) !== undefined;
}

/** Returns the error in a body or in a stream event. `reply` is the status and the headers that came with it. */
export function errorOf(body: JsonObject, reply?: Omit<WireFailure, 'body'>): ConclaveError {
  const error = typeof body.error === 'string' ? { message: body.error } : objectOf(body.error);
  const message = textOf(error.message);
  const status = reply?.status ?? (countOf(error.code) || undefined);
  const word = nameOf(error.status);
  const named = codeOf(error, word, status);
  const account = accountFailure(named, message);
  const code = account?.code ?? named;
  const retryAfterMs = statedWait(error, reply?.headers.date) ?? (reply && parseRetryAfter(reply.headers));
  const details: ErrorInit = {
    hint: account?.hint,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(reply && { provider: reply.provider, providerStatus: reply.status }),
    // The quota returns the next day, so for the client it is a rate limit, as in Google's own reply.
    ...(code === 'provider_quota' && isOfOneModel(error) && { hint: 'model-quota', status: 429 }),
  };
  const what = [status, word].filter((item) => item !== undefined).join(' ') || 'an error';
  const who = reply?.provider ?? 'The provider';
  return new ConclaveError(code, `${who} answered ${what}${failureDetail(code, message, account)}`, details);
}

const words: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Writes Conclave's error in Google's format. */
export function writeError(error: ConclaveError): { status: number; body: JsonObject } {
  return { status: error.status, body: writtenError(error) };
}

/** Writes an error as the body of a failed reply, which is also the last event of a stream. */
export function writtenError({ status, message }: ConclaveError): JsonObject {
  const word = words[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message, status: word } };
}

function codeOf(error: JsonObject, word: string | undefined, status: number | undefined): ErrorCode {
  const reasons = objectsOf(error.details).map(({ reason }) => reason);
  if (reasons.includes('API_KEY_INVALID')) return 'provider_auth';
  const named = word === undefined ? undefined : ownMember(codes, word);
  const code = named ?? (status === undefined ? 'provider_error' : codeOfStatus(status));
  if (code === 'provider_rate_limited' && spentForTheDay(error)) return 'provider_quota';
  const message = textOf(error.message);
  const isRefusal = code === 'invalid_request' || (named ?? status) === undefined;
  if (isRefusal && saysPromptTooLong(message)) return 'context_too_long';
  return code;
}

/** Whether a daily quota is used up, so that waiting does not help. */
function spentForTheDay(error: JsonObject): boolean {
  return quotasOf(error).some((quota) => quota.includes('PerDay'));
}

/** Google counts most of its quotas per model: `GenerateRequestsPerDayPerProjectPerModel-FreeTier`. */
function isOfOneModel(error: JsonObject): boolean {
  const daily = quotasOf(error).filter((quota) => quota.includes('PerDay'));
  return daily.length > 0 && daily.every((quota) => quota.includes('PerModel'));
}

function quotasOf(error: JsonObject): string[] {
  return objectsOf(error.details)
    .flatMap(({ violations }) => objectsOf(violations))
    .map(({ quotaId }) => textOf(quotaId));
}
