import type { JsonObject } from '../core/json/json.ts';

/** Requests JSON in words, for providers without a JSON mode. */
export const jsonInstruction = 'Answer with one JSON object and nothing else.';

/** Requests an answer by a schema in words, for providers that do not hold their models to it. */
export function schemaInstruction(schema: JsonObject): string {
  return `Answer with one JSON value that is valid against this JSON Schema, and nothing else:\n${JSON.stringify(schema)}`;
}
