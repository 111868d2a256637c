import type { JsonObject } from '../../core/json/json.ts';
import type { OutputFormat } from '../../core/wire/request.ts';

/** Returns the schema of an answer with its description, for formats that have no other place for one. */
export function describedSchema({
  description,
  schema,
}: Pick<Extract<OutputFormat, { type: 'json-schema' }>, 'description' | 'schema'>): JsonObject {
  return description === undefined ? schema : { description, ...schema };
}
