import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { countOf, nameOf, objectOf } from '../../fields/loose-fields.ts';

/**
 * Returns the failure that a reply or an event which began well reports in place of choices, as the body of an OpenAI
 * error. Servers that are only compatible often lack the member `error`.
 */
export function reportedFailure(body: JsonObject, name: string | undefined): JsonObject | undefined {
  if (body.error || body.object === 'error') return body;
  if (name === 'error') return minimaxFailure(body) ?? body;
  if (Array.isArray(body.choices) && body.choices.length > 0) return failureOfChoice(body.choices[0]);
  return minimaxFailure(body) ?? (isBareError(body) ? body : undefined);
}

/** OpenRouter reports in a choice that its provider failed. https://openrouter.ai/docs/api-reference/errors */
function failureOfChoice(choice: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(choice) || !isJsonObject(choice.error)) return undefined;
  return nameOf(choice.error.message) === undefined ? undefined : { error: choice.error };
}

/** FastAPI's `detail`, or a message with the code of a failure. Without one it may as well report progress. */
function isBareError({ detail, type, message, success, code, status }: JsonObject): boolean {
  if (nameOf(detail) !== undefined) return type === undefined;
  if (nameOf(message) === undefined || success === true || isSuccess(message) || isSuccess(code))
    return false;
  return success === false || isFailureCode(code) || countOf(status) >= 400;
}

function isFailureCode(code: JsonValue | undefined): boolean {
  return nameOf(code) === undefined ? countOf(code) >= 400 : !(Number(code) < 400);
}

/** Servers that wrap their replies say so, with codes such as "OK", "Success" or 20000. */
function isSuccess(said: JsonValue | undefined): boolean {
  return /^(?:ok|success|successful|succeeded)\b.?$/i.test(nameOf(said) ?? '');
}

/** MiniMax reports failures in a reply with status 200. https://platform.minimax.io/docs/api-reference/errorcode */
function minimaxFailure(body: JsonObject): JsonObject | undefined {
  const { status_code, status_msg = '' } = objectOf(body.base_resp);
  const status = countOf(status_code);
  if (status === 0) return undefined;
  return { error: { message: status_msg, code: minimaxCodes[status] ?? String(status) } };
}

/** OpenAI's codes for MiniMax's; 1000, 1024 and 1033 are faults of its own. */
const minimaxCodes: Readonly<Record<number, string>> = {
  1002: 'rate_limit_exceeded',
  1004: 'invalid_api_key',
  1008: 'insufficient_quota',
  1026: 'content_filter',
  1027: 'content_filter',
  1039: 'rate_limit_exceeded',
  1041: 'rate_limit_exceeded',
  2045: 'rate_limit_exceeded',
  2049: 'invalid_api_key',
  2056: 'insufficient_quota',
};
