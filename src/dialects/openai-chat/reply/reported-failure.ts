import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { nameOf } from '../../fields/loose-fields.ts';
import { bareFailure } from '../../openai/bare-failure.ts';
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
  return bareFailure(body) ?? (isOpenAiError(body, name) ? body : undefined);
}

/** OpenRouter reports in a choice that its provider failed. https://openrouter.ai/docs/api-reference/errors */
function failureOfChoice(choice: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(choice) || !isJsonObject(choice.error)) return undefined;
  return nameOf(choice.error.message) === undefined ? undefined : { error: choice.error };
}
