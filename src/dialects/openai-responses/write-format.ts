import type { JsonObject } from '../../core/json/json.ts';
import type { OutputFormat } from '../../core/wire/request.ts';

/** The answer's shape as `text.format`. */
export function writeFormat(output: OutputFormat | undefined): JsonObject {
  if (output === undefined) return { type: 'text' };
  if (output.type === 'json') return { type: 'json_object' };
  const { name, description, schema, strict } = output;
  return {
    type: 'json_schema',
    // OpenAI demands a name; other dialects have none.
    name: name ?? 'answer',
    ...(description !== undefined && { description }),
    schema,
    // A client that asks for a schema means it; only OpenAI's own clients may choose laxity.
    strict: strict ?? true,
  };
}
