import type { JsonSchemaFormat, OutputFormat } from '../../core/wire/request.ts';
import { describedSchema } from './described-schema.ts';

/** Requests JSON in words, for providers without a JSON mode. */
export const jsonInstruction = 'Answer with one JSON object and nothing else.';

/** Requests an answer by a schema in words, for providers that do not hold their models to it. */
export function schemaInstruction(output: JsonSchemaFormat): string {
  return `Answer with one JSON value that is valid against this JSON Schema, and nothing else:\n${JSON.stringify(describedSchema(output))}`;
}

/** Requests an output format in words, with a warning, where a provider cannot hold its model to it in this request. */
export function formatInWords(output: OutputFormat, warnings: string[]): string {
  if (output.type === 'json') {
    warnings.push('The prompt asks for JSON: this provider has no JSON mode for this request.');
    return jsonInstruction;
  }
  warnings.push(
    'The JSON schema was sent as an instruction: this provider does not enforce it in this request.',
  );
  return schemaInstruction(output);
}
