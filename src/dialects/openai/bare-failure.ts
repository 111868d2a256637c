import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { countOf, nameOf, objectOf } from '../fields/loose-fields.ts';

/**
 * Returns the failure that a reply or an event without an answer reports in no words of its dialect, as the body of an
 * OpenAI error: a message beside a code, or MiniMax's status.
 */
export function bareFailure(body: JsonObject): JsonObject | undefined {
  // MiniMax's codes say more than the words beside them.
  return minimaxFailure(body) ?? (isBareError(body) ? body : undefined);
}

/** A message with the code of a failure. Without one it may as well report progress. */
function isBareError({ message, msg, success, code, status }: JsonObject): boolean {
  const said = nameOf(message) ?? nameOf(msg);
  if (said === undefined || success === true || isSuccess(said) || isSuccess(code)) return false;
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
