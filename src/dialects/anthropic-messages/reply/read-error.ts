import type { WireFailure } from '../../../core/wire/dialect.ts';
import { ConclaveError } from '../../../core/errors.ts';
import type { ErrorCode, ErrorInit, FailureHint } from '../../../core/errors.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { ownMember } from '../../../core/json/own-members.ts';
import { accountFailure } from '../../failures/account-failure.ts';
import { errorBody } from '../../failures/error-body.ts';
import { failureDetail } from '../../failures/failure-detail.ts';
import { nameOf, objectOf, textOf } from '../../fields/loose-fields.ts';
import { bareFailure } from '../../openai/bare-failure.ts';
import { isOpenAiError, openAiMeaning, readOpenAiErrorEvent } from '../../openai/read-openai-error.ts';
import { parseRetryAfter } from '../../failures/parse-retry-after.ts';
import { saysPromptTooLong } from '../../failures/says-prompt-too-long.ts';
import { codeOfStatus } from '../../../core/wire/code-of-status.ts';

/** The error code for each of Anthropic's error types. */
const codes: Readonly<Record<string, ErrorCode>> = {
  invalid_request_error: 'invalid_request',
  authentication_error: 'provider_auth',
  billing_error: 'provider_quota',
  permission_error: 'provider_forbidden',
  not_found_error: 'model_not_found',
  request_too_large: 'context_too_long',
  rate_limit_error: 'provider_rate_limited',
  timeout_error: 'provider_timeout',
  api_error: 'provider_error',
  overloaded_error: 'provider_overloaded',
};

/** Returns the error of a failed reply, from its status and error type. */
export function readError({ status, headers, body, provider }: WireFailure): ConclaveError {
  return errorOf(errorBody(body), { status, headers, provider });
}

/**
 * Returns the failure that a reply, or an event called `name`, reports in place of a message. Gateways word it as OpenAI
 * and other servers do, without Anthropic's type.
 */
export function reportedError(body: JsonObject, name?: string): ConclaveError | undefined {
  const { type = '', code } = objectOf(body.error);
  // OpenAI, which has some of the same types, gives a code.
  const isAnthropics = code === undefined && Object.hasOwn(codes, textOf(type));
  if (body.type === 'error' || isAnthropics) return errorOf(body);
  if (isOpenAiError(body, name)) return readOpenAiErrorEvent(body);
  const bare = body.type === undefined ? bareFailure(body) : undefined;
  return bare && readOpenAiErrorEvent(bare);
}

/** Returns the error in a body or in a stream event. `reply` is the status and the headers that came with it. */
export function errorOf(body: JsonObject, reply?: Omit<WireFailure, 'body'>): ConclaveError {
  const error = objectOf(body.error);
  const type = nameOf(error.type);
  // Gateways give OpenAI's code beside Anthropic's type, or in its place.
  const meant = openAiMeaning(body, reply);
  const { status } = meant;
  const message = nameOf(error.message) ?? nameOf(body.message) ?? '';
  const known = meant.named ?? (type === undefined ? undefined : ownMember(codes, type));
  const named = isSpendCap(error) ? 'provider_quota' : codeOf(known, status, message);
  const account = accountFailure(named, message);
  const code = account?.code ?? named;
  const retryAfterMs = (reply && parseRetryAfter(reply.headers)) ?? meant.waitMs;
  const requestId = nameOf(body.request_id);
  const details: ErrorInit = {
    hint: account?.hint ?? hintOf(code, message, meant.exceedsBalance),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(reply && { provider: reply.provider, providerStatus: reply.status }),
    ...(requestId && { requestId }),
    ...(code === 'invalid_request' && status !== undefined && { status }),
  };
  const who = reply?.provider ?? 'The provider';
  const what = [status, type].filter((word) => word !== undefined).join(' ') || 'an error';
  return new ConclaveError(code, `${who} answered ${what}${failureDetail(code, message, account)}`, details);
}

function hintOf(code: ErrorCode, message: string, exceedsBalance: boolean): FailureHint | undefined {
  if (isForSignature(code, message)) return 'unsigned-thoughts';
  return code === 'provider_quota' && exceedsBalance ? 'model-quota' : undefined;
}

/** `messages.1.content.0: Invalid \`signature\` in \`thinking\` block`, or `….thinking.signature: Field required`. */
function isForSignature(code: ErrorCode, message: string): boolean {
  return code === 'invalid_request' && /\bsignature\b/i.test(message);
}

/** The monthly cap of a usage tier has the type and the status of a rate limit. */
function isSpendCap(error: JsonObject): boolean {
  return objectOf(error.details).error_code === 'enforced_spend_limit_reached';
}

function codeOf(named: ErrorCode | undefined, status: number | undefined, message: string): ErrorCode {
  const code = status === undefined ? (named ?? 'provider_error') : codeOfStatus(status, named);
  if (code === 'invalid_request' && saysPromptTooLong(message)) return 'context_too_long';
  return code;
}
