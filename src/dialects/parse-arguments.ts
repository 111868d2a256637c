import type { ContentPart } from '../core/wire/content.ts';
import { parseInput } from '../core/json/exact-json.ts';
import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject } from '../core/json/json.ts';

/**
 * Parses a tool call's arguments into the object that most dialects require. Anything that is not a JSON object is
 * wrapped as text, with a warning.
 */
export function parseArguments(
  call: Extract<ContentPart, { type: 'tool-call' }>,
  warnings: string[],
): JsonObject {
  if (call.arguments.trim() === '') return {};
  try {
    const value = parseInput(call.arguments);
    if (isJsonObject(value)) return value;
  } catch {
    // Models do write invalid JSON; the conversation continues with what they wrote.
  }
  warnings.push(
    `The arguments of the call "${call.id}" of ${call.name} are no JSON object; they were sent as text.`,
  );
  return { arguments: call.arguments };
}
