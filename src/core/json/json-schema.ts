import { fromJSONSchema, type z } from 'zod';
import { withPlainNumbers } from './exact-json.ts';
import type { JsonObject } from './json.ts';

/** Returns what checks values against a schema. @throws Error if it is not a JSON Schema */
export function fromSchema(schema: JsonObject): z.ZodType {
  // `fromJSONSchema` itself rejects members that are not JSON Schema.
  return fromJSONSchema(withPlainNumbers(schema) as Parameters<typeof fromJSONSchema>[0]);
}
