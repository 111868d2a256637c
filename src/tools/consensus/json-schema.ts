import type { JsonObject } from '../../core/json/json.ts';
import type { OutputFormat } from '../../core/wire/request.ts';

export const text = { type: 'string' };
export const texts = { type: 'array', items: text };
export const numbers = { type: 'array', items: { type: 'integer' } };

/** An object with exactly these members, in the form that the strictest providers require. */
export function closed(properties: JsonObject): JsonObject {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

export function replyOf(name: string, properties: JsonObject): OutputFormat {
  return { type: 'json-schema', name, schema: closed(properties) };
}
