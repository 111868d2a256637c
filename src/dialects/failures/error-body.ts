import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';

/**
 * Returns the JSON object of a failed reply's body; `{}` for a proxy's error page or an empty body, whose status is
 * enough.
 */
export function errorBody(bytes: Uint8Array): JsonObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    // Google wraps its error object in an array if the reply would have been a stream.
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return isJsonObject(first) ? first : {};
  } catch {
    return {};
  }
}
