import { parseInput } from '../../core/json/exact-json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';

/** The arguments of a call as the object that Ollama has for them; text that is none is kept as one member. */
export function argumentsObject(text: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    const value = parseInput(text);
    if (isJsonObject(value)) return value;
  } catch {
    // Models do write invalid JSON; the client sees what they wrote.
  }
  return { arguments: text };
}
