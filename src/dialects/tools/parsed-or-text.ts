import type { JsonValue } from '../../core/json/json.ts';

/** Returns the value of a JSON text that arrived in pieces; the text itself if it is not JSON. */
export function parsedOrText(json: string): JsonValue {
  try {
    // JSON.parse of a string yields a JSON value.
    return JSON.parse(json) as JsonValue;
  } catch {
    return json;
  }
}
