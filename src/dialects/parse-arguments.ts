import type { ContentPart } from '../core/wire/content.ts';
import { parseInput } from '../core/json/exact-json.ts';
import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject } from '../core/json/json.ts';

/** A tool call's arguments as the object that most dialects demand; what is none is wrapped, with a warning. */
export function parseArguments(
  call: Extract<ContentPart, { type: 'tool-call' }>,
  warnings: string[],
): JsonObject {
  if (call.arguments.trim() === '') return {};
  try {
    const value = parseInput(call.arguments);
    if (isJsonObject(value)) return value;
  } catch {
    // Models do write invalid JSON; the conversation goes on with what they wrote.
  }
  warnings.push(
    `The arguments of the call "${call.id}" of ${call.name} are no JSON object; they were sent as text.`,
  );
  return { arguments: call.arguments };
}
