import { ConclaveError } from '../../core/errors.ts';
import type { ErrorCode, FailureHint } from '../../core/errors.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { ownMember } from '../../core/json/own-members.ts';
import type { Ms } from '../../core/units.ts';
import type { WireFailure } from '../../core/wire/dialect.ts';
import { accountFailure } from '../failures/account-failure.ts';
import { codeOfStatus } from '../../core/wire/code-of-status.ts';
import { exceedsBalance } from './exceeds-balance.ts';
import { errorBody } from '../failures/error-body.ts';
import { failureDetail } from '../failures/failure-detail.ts';
import { saysNothing } from '../../core/json/says-nothing.ts';
import { nameOf, objectOf, objectsOf } from '../fields/loose-fields.ts';
import { parseRetryAfter } from '../failures/parse-retry-after.ts';
import { saysPromptTooLong } from '../failures/says-prompt-too-long.ts';
import { statedWait } from '../failures/stated-wait.ts';

/** What a provider reports about a failure, wherever in its error object it stands. */
type Complaint = {
  readonly message: string;
  /** The provider's codes and types for the failure, most exact first. */
  readonly codes: readonly string[];
  readonly param?: string;
  readonly code?: string;
  /** OpenRouter and LiteLLM repeat the HTTP status as the code, also inside a stream that began with 200. */
  readonly status?: number;
  /** OpenRouter reports why its moderation refuses a prompt. */
  readonly isFlagged: boolean;
  /** The wait that its object states. */
  readonly waitMs?: Ms;
  /** The error that it quotes, which alone states what was not found, and OpenAI's code. */
  readonly quoted?: Complaint;
};

/** Converts a failed reply of an OpenAI-like provider into a `ConclaveError`. */
export function readOpenAiError(failure: WireFailure): ConclaveError {
  const { date } = failure.headers;
  const complaint = complaintOf(errorBody(failure.body), date);
  const code = codeOf(complaint, failure.status);
  return errorOf(code, complaint, {
    ...failure,
    retryAfterMs: parseRetryAfter(failure.headers),
  });
}

/** Whether a reply or an event holds the error object of OpenAI or of vLLM, whatever stands beside it. */
export function hasOpenAiError({ error, object }: JsonObject): boolean {
  return (Boolean(error) && !saysNothing(error)) || object === 'error';
}

/**
 * Whether a reply, or an event called `name`, reports a failure in words that `readOpenAiErrorEvent` reads: OpenAI's
 * error object, vLLM's, Cloudflare's list of `errors`, or FastAPI's `detail`.
 */
export function isOpenAiError(body: JsonObject, name?: string): boolean {
  const { type, errors, detail } = body;
  const isUntyped = type === undefined && (nameOf(detail) !== undefined || objectsOf(errors).length > 0);
  return hasOpenAiError(body) || name === 'error' || isUntyped;
}

/** Converts an error object inside a reply that began well. `body` is the event that holds it. */
export function readOpenAiErrorEvent(body: JsonObject): ConclaveError {
  const complaint = complaintOf(body);
  return errorOf(codeOf(complaint, complaint.status), complaint, {
    provider: nameOf(body.provider) ?? 'the provider',
    status: complaint.status,
  });
}

function errorOf(
  named: ErrorCode,
  complaint: Complaint,
  seen: { provider: string; status?: number | undefined; retryAfterMs?: Ms | undefined },
): ConclaveError {
  const codesText = complaint.codes.length === 0 ? '' : ` (${complaint.codes.join(', ')})`;
  const answer = seen.status === undefined ? 'reports an error' : `answered ${seen.status}`;
  const account = accountFailure(named, complaint.message);
  const code = account?.code ?? named;
  const detail = failureDetail(code, complaint.message, account);
  const retryAfterMs = seen.retryAfterMs ?? complaint.waitMs;
  const { code: openAiCode } = complaint.quoted ?? complaint;
  const clientsOwn = code === 'invalid_request' && seen.status !== undefined && seen.status < 500;
  return new ConclaveError(code, `${seen.provider} ${answer}${codesText}${detail}`, {
    provider: seen.provider,
    ...(seen.status !== undefined && { providerStatus: seen.status }),
    ...(clientsOwn && { status: seen.status }),
    ...(clientsOwn && openAiCode !== undefined && { openAiCode: openAiCode.slice(0, 100) }),
    ...(complaint.param !== undefined && { param: complaint.param }),
    hint: account?.hint ?? hintOf(complaint, seen.status),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function hintOf(complaint: Complaint, status: number | undefined): FailureHint | undefined {
  const stated = complaint.quoted ?? complaint;
  if (isPathless(stated, status)) return 'no-such-path';
  if (isInOtherDialect(stated, status)) return 'not-in-dialect';
  if (exceedsBalance(complaint, status) || complaint.codes.includes(freeTierOfModel)) return 'model-quota';
  if (refusesStreamUsage(complaint, status)) return 'no-stream-usage';
  return isBound(complaint, status) ? 'another-account' : undefined;
}

/** Alibaba's free tier ends for each model by itself. */
const freeTierOfModel = 'AllocationQuota.FreeTierOnly';

/** Some servers name the field as the parameter, most only in words or as a list of what is wrong. */
function refusesStreamUsage({ param = '', message }: Complaint, status: number | undefined): boolean {
  return (
    (status === 400 || status === 422) && /\bstream_options\b|\binclude_usage\b/.test(`${param} ${message}`)
  );
}

/** Whether the path is missing, not a model or an item: a 405, or a 404 that names nothing of the request. */
function isPathless({ codes, message, param }: Complaint, status: number | undefined): boolean {
  if (status === 405) return true;
  if (status !== 404 || param !== undefined) return false;
  return codes.every((word) => general.has(word)) && (message === '' || aboutPath.test(message));
}

/** Codes that do not state what was not found. */
const general: ReadonlySet<string> = new Set(['invalid_request_error', 'not_found_error', '404']);

/** OpenAI gives a missing path the same type and code as a missing item; only the message distinguishes them. */
const aboutPath =
  /^\W*(?:404\W*)?(?:(?:file|page|path|route|url|endpoint|resource)\W*)?not[ _]found\W*$|\b(?:invalid|unknown|unsupported|no such) (?:url|path|route|endpoint)\b|\bno route\b|\bpost:? ?\//i;

/**
 * OpenAI returns a code for a model that it does not know, and none for a model that it serves only at its other path.
 */
function isInOtherDialect({ code, param }: Complaint, status: number | undefined): boolean {
  return status === 404 && param === 'model' && code === undefined;
}

/** Stored answers, items and encrypted thoughts can be found and opened only by the account that owns them. */
function isBound(complaint: Complaint, status: number | undefined): boolean {
  return complaint.codes.some((word) => bound.has(word)) || isMissingItem(complaint, status);
}

const bound: ReadonlySet<string> = new Set(['previous_response_not_found', 'invalid_encrypted_content']);

/** A 404 for something that the request refers to, such as a reasoning item that was never stored. */
function isMissingItem({ param, quoted }: Complaint, status: number | undefined): boolean {
  if (quoted) return isMissingItem(quoted, status);
  return status === 404 && param !== undefined && param !== 'model';
}

/** The meaning of providers' own codes, whatever status they come with. */
const meanings: Readonly<Record<string, ErrorCode>> = {
  invalid_api_key: 'provider_auth',
  invalid_authentication_error: 'provider_auth',
  authentication_error: 'provider_auth',
  // Groq.
  organization_restricted: 'provider_auth',
  insufficient_quota: 'provider_quota',
  insufficient_balance: 'provider_quota',
  exceeded_current_quota_error: 'provider_quota',
  billing_not_active: 'provider_quota',
  billing_hard_limit_reached: 'provider_quota',
  credit_balance_exhausted: 'provider_quota',
  organization_spend_limit_exceeded: 'provider_quota',
  project_spend_limit_exceeded: 'provider_quota',
  // Groq's spend limit. https://console.groq.com/docs/spend-limits
  blocked_api_access: 'provider_quota',
  // OpenRouter. The first passes by itself. https://openrouter.ai/docs/api_reference/limits#credit-limits
  openrouter_in_flight_budget: 'provider_rate_limited',
  openrouter_credits: 'provider_quota',
  openrouter_key_limit: 'provider_quota',
  openrouter_guardrail_budget: 'provider_quota',
  openrouter_workspace_budget: 'provider_quota',
  // Alibaba. https://help.aliyun.com/zh/model-studio/error-code#overdue-payment
  arrearage: 'provider_quota',
  'allocationquota.freetieronly': 'provider_quota',
  'throttling.ratequota': 'provider_rate_limited',
  'throttling.burstrate': 'provider_rate_limited',
  'throttling.allocationquota': 'provider_rate_limited',
  invalidapikey: 'provider_auth',
  datainspectionfailed: 'content_filtered',
  data_inspection_failed: 'content_filtered',
  // Baidu. https://cloud.baidu.com/doc/qianfan-api/s/Om9b4yj3w
  tokens_too_long: 'context_too_long',
  characters_too_long: 'context_too_long',
  // Z.ai and Zhipu, whose accounts answer 429 whatever is wrong with them. https://docs.z.ai/api-reference/api-code
  1110: 'provider_auth',
  1111: 'provider_auth',
  1112: 'provider_auth',
  1121: 'provider_auth',
  1113: 'provider_quota',
  1211: 'model_not_found',
  1220: 'provider_forbidden',
  1301: 'content_filtered',
  1302: 'provider_rate_limited',
  1303: 'provider_rate_limited',
  // https://github.com/openclaw/openclaw/issues/33785
  1310: 'provider_quota',
  // MiniMax.
  insufficient_balance_error: 'provider_quota',
  // One API and New API: the user's quota, and that of the key.
  insufficient_user_quota: 'provider_quota',
  pre_consume_token_quota_failed: 'provider_quota',
  unsupported_country_region_territory: 'provider_forbidden',
  model_not_found: 'model_not_found',
  deploymentnotfound: 'model_not_found',
  invalid_model: 'model_not_found',
  context_length_exceeded: 'context_too_long',
  exceed_context_size_error: 'context_too_long',
  context_window_exceeded: 'context_too_long',
  model_max_prompt_tokens_exceeded: 'context_too_long',
  content_filter: 'content_filtered',
  content_policy_violation: 'content_filtered',
  responsibleaipolicyviolation: 'content_filtered',
  moderation_blocked: 'content_filtered',
  rate_limit_exceeded: 'provider_rate_limited',
  rate_limit_reached_error: 'provider_rate_limited',
  rate_limit_error: 'provider_rate_limited',
  // Azure. https://github.com/earendil-works/pi/issues/7983
  too_many_requests: 'provider_rate_limited',
  engine_overloaded_error: 'provider_overloaded',
  overloaded_error: 'provider_overloaded',
  conversation_locked: 'invalid_request',
  insufficient_system_resource: 'provider_overloaded',
};

/** What an error object in another format says in OpenAI's words. `reply`: what came with it. */
export function openAiMeaning(body: JsonObject, reply?: Pick<WireFailure, 'status' | 'headers'>) {
  const complaint = complaintOf(body, reply?.headers.date);
  const status = reply?.status ?? complaint.status;
  return {
    named: meaningOf(complaint),
    /** That of the reply, or the one in the place of a code. */
    status,
    exceedsBalance: exceedsBalance(complaint, status),
    waitMs: complaint.waitMs,
  };
}

function meaningOf({ codes, isFlagged }: Complaint): ErrorCode | undefined {
  if (isFlagged) return 'content_filtered';
  return codes
    .map((code) => ownMember(meanings, code.toLowerCase()))
    .find((meaning) => meaning !== undefined);
}

function codeOf(complaint: Complaint, status: number | undefined): ErrorCode {
  const { message } = complaint;
  const named = meaningOf(complaint);
  const isRefusal = status === undefined || status === 400 || status === 422;
  if (isRefusal && named === undefined && saysPromptTooLong(message)) return 'context_too_long';
  if (status === undefined) return named ?? 'provider_error';
  if (named === undefined && isMissingItem(complaint, status)) return 'invalid_request';
  // Groq's status for "no capacity left".
  return status === 498 ? 'provider_overloaded' : codeOfStatus(status, named);
}

/** `date`: that of the reply. */
function complaintOf(body: JsonObject, date?: WireFailure['headers']['date']): Complaint {
  const error = errorIn(body);
  const own = complaintIn(error, body, date);
  const quoted = quotedError(error.message);
  return quoted ? joinedComplaint(complaintOf(quoted, date), own) : own;
}

/** What the quoted error does not say, the one around it may. */
function joinedComplaint(quoted: Complaint, own: Complaint): Complaint {
  return {
    ...own,
    ...quoted,
    message: quoted.message || own.message,
    codes: [...new Set([...quoted.codes, ...own.codes])],
    isFlagged: quoted.isFlagged || own.isFlagged,
    quoted: quoted.quoted ?? quoted,
  };
}

/** Reads an error object that stands in `body`, or is it. */
function complaintIn(error: JsonObject, body: JsonObject, date: WireFailure['headers']['date']): Complaint {
  const inner = objectOf(error.innererror);
  const metadata = objectOf(error.metadata);
  // One API writes the status as the field.
  const param = statusOf(error.param) === undefined ? nameOf(error.param) : undefined;
  const code = nameOf(error.code);
  const status = statusOf(error.code) ?? statusOf(error.status);
  const waitMs = statedWait(error, date);
  return {
    message: messageOf(body, error).slice(0, 1000),
    codes: [inner.code, error.code, error.type, metadata.limit_source, metadata.reason].flatMap(
      (word) => nameOf(word) ?? [],
    ),
    isFlagged: metadata.flagged_input !== undefined || Array.isArray(metadata.reasons),
    ...(param !== undefined && { param }),
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    ...(waitMs !== undefined && { waitMs }),
  };
}

/**
 * OpenAI nests the error, Cloudflare in a list, `errors` or at its gateway `error`; vLLM and Mistral put its fields at
 * the top level; Hugging Face sends a string, FastAPI `detail`.
 */
function errorIn(body: JsonObject): JsonObject {
  const { error, errors, message, msg, detail } = body;
  if (isJsonObject(error)) return error;
  if ([error, message, msg, detail].some((text) => nameOf(text) !== undefined)) return body;
  return objectsOf(error)[0] ?? objectsOf(errors)[0] ?? body;
}

/** Gateways in front of gateways give the whole body of an error as the message of theirs. */
function quotedError(message: JsonValue | undefined): JsonObject | undefined {
  if (typeof message !== 'string' || !message.startsWith('{')) return undefined;
  const { error, ...rest } = errorBody(Buffer.from(message));
  return isJsonObject(error) ? { ...rest, error } : undefined;
}

/** Some gateways write the status as a text. */
function statusOf(value: JsonValue | undefined): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

function messageOf(body: JsonObject, error: JsonObject): string {
  const text = error.message ?? error.msg ?? (error === body ? body.error : undefined) ?? body.detail ?? '';
  const own = typeof text === 'string' ? text : JSON.stringify(text);
  // OpenRouter reports that its provider failed, and separately the provider's own message.
  const { raw } = objectOf(error.metadata);
  return typeof raw === 'string' && raw !== '' ? `${own}: ${raw}` : own;
}
