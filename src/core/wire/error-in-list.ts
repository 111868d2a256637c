import { isJsonObject, type JsonObject } from '../json/json.ts';

/** Returns the reply of which a JSON list consists, if it holds an `error`: Google wraps those of streams in a list. */
export function errorInList(text: string): JsonObject | undefined {
  if (!/^\s*\[/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const first: unknown = Array.isArray(value) ? value[0] : undefined;
    return isJsonObject(first) && isJsonObject(first.error) ? first : undefined;
  } catch {
    return undefined;
  }
}
