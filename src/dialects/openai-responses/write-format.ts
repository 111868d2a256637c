import type { JsonObject } from '../../core/json/json.ts';
import type { OutputFormat } from '../../core/wire/request.ts';

/** Writes the output format as `text.format`. */
export function writeFormat(output: OutputFormat | undefined): JsonObject {
  if (output === undefined) return { type: 'text' };
  if (output.type === 'json') return { type: 'json_object' };
  const { name, description, schema, strict } = output;
  return {
    type: 'json_schema',
    // OpenAI requires a name; other dialects have none.
    name: name ?? 'answer',
    ...(description !== undefined && { description }),
    schema,
    // A client that sends a schema wants it enforced; only OpenAI's own clients can opt out.
    strict: strict ?? true,
  };
}
