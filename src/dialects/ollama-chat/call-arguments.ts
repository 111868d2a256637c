import { parseInput } from '../../core/json/exact-json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';

/**
 * Returns the arguments of a call as an object, which Ollama requires; text that is not a JSON object becomes its only
 * field.
 */
export function argumentsObject(text: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const value = parseInput(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Models do write invalid JSON; the client receives what they wrote.
  }
  return { arguments: text };
}
