import type { JsonValue } from '../../core/json/json.ts';

/** Returns the value of a text that is JSON as a whole, otherwise `undefined`. */
export function parsedJson(text: string): JsonValue | undefined {
  try {
    // JSON.parse returns exactly the values that JsonValue lists.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
