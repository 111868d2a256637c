import type { ToolCallPart } from '../../core/wire/content.ts';
import { parseInput } from '../../core/json/exact-json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';

/**
 * Parses a tool call's arguments into the object that most dialects require. Anything that is not a JSON object is
 * wrapped as text, with a warning.
 */
export function parseArguments(call: ToolCallPart, warnings: string[]): JsonObject {
  return argumentsObject(call.arguments, () =>
    warnings.push(
      `The arguments of the call "${call.id}" of ${call.name} are not a JSON object; they were sent as text.`,
    ),
  );
}

/** Parses arguments that go to a client. `wrapped` is called for those that are not a JSON object. */
export function argumentsObject(text: string, wrapped?: () => void): JsonObject {
  if (text.trim() === '') return {};
  const object = parseObject(text);
  if (object !== undefined) return object;
  wrapped?.();
  return { arguments: text };
}

/** Returns the object that a text contains; `undefined` for any other text, since models do write invalid JSON. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value = parseInput(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
