import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { countOf, nameOf, objectOf } from '../../fields/loose-fields.ts';
import { hasOpenAiError, isOpenAiError } from '../../openai/read-openai-error.ts';

/**
 * Returns the failure that a reply or an event which began well reports in place of choices, as the body of an OpenAI
 * error. Servers that are only compatible often lack the member `error`. `areParts`: the choices are parts of one
 * answer, which fails with any of them.
 */
export function reportedFailure(
  body: JsonObject,
  name: string | undefined,
  areParts: boolean,
): JsonObject | undefined {
  if (hasOpenAiError(body)) return body;
  const choices = Array.isArray(body.choices) ? body.choices : [];
  if (choices.length > 0 && name !== 'error') {
    if (!areParts) return failureOfChoice(choices[0]);
    for (const choice of choices) {
      const failure = failureOfChoice(choice);
      if (failure) return failure;
    }
    return undefined;
  }
  // MiniMax's codes say more than the event's name.
  return minimaxFailure(body) ?? (isOpenAiError(body, name) || isBareError(body) ? body : undefined);
}

/** OpenRouter reports in a choice that its provider failed. https://openrouter.ai/docs/api-reference/errors */
function failureOfChoice(choice: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(choice) || !isJsonObject(choice.error)) return undefined;
  return nameOf(choice.error.message) === undefined ? undefined : { error: choice.error };
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
