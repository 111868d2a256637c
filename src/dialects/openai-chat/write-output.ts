import type { JsonObject } from '../../core/json.ts';
import type { Quirks } from '../../core/provider.ts';
import type { OutputFormat } from '../../core/request.ts';

/** How the answer's shape is asked for: as a format, or in words where the seller has none. */
export type Output = { readonly format?: JsonObject; readonly instruction?: string };

export function writeOutput(
  output: OutputFormat | undefined,
  mode: Quirks['schemaMode'],
  warnings: string[],
): Output {
  if (!output) return {};
  if (output.type === 'json') {
    if (mode !== 'none') return { format: { type: 'json_object' } };
    warnings.push('This provider has no JSON mode; the model was told to answer in JSON.');
    return { instruction: 'Answer with one JSON object and nothing else.' };
  }
  if (mode === undefined || mode === 'json-schema')
    return { format: { type: 'json_schema', json_schema: schemaOf(output) } };
  warnings.push('This provider cannot hold a JSON schema; the model was told the schema in words.');
  return {
    ...(mode === 'json-object' && { format: { type: 'json_object' } }),
    instruction: `Answer with one JSON object and nothing else. It must satisfy this JSON Schema:\n${JSON.stringify(output.schema)}`,
  };
}

function schemaOf({
  name,
  description,
  schema,
  strict,
}: Extract<OutputFormat, { type: 'json-schema' }>): JsonObject {
  return {
    // OpenAI demands a name; other dialects have none.
    name: name ?? 'answer',
    ...(description !== undefined && { description }),
    schema,
    // A client that asks for a schema means it; only OpenAI's own clients may choose laxity.
    strict: strict ?? true,
  };
}
