import type { JsonObject } from '../../core/json/json.ts';
import type { JsonSchemaFormat } from '../../core/wire/request.ts';

/** Returns the schema of an answer with its description, for formats that have no other place for one. */
export function describedSchema({
  description,
  schema,
}: Pick<JsonSchemaFormat, 'description' | 'schema'>): JsonObject {
  return description === undefined ? schema : { description, ...schema };
}
