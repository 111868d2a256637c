import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject } from '../core/json/json.ts';

/** The JSON object that a failed reply consists of; `{}` for a proxy's page or nothing: the status says enough. */
export function errorBody(bytes: Uint8Array): JsonObject {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    // Google wraps its error object in an array where a stream would have begun.
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return isJsonObject(first) ? first : {};
  } catch {
    return {};
  }
}
