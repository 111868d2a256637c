import type { JsonObject } from '../core/json/json.ts';
import type { WireTarget } from '../core/wire/dialect.ts';
import type { ModelRequest } from '../core/wire/request.ts';
import { jsonInstruction } from './json-instruction.ts';
import { isObjectSchema } from './object-schema.ts';
import { needsObjectSchemas } from './openai-tool.ts';
import { isOpenAis, isStrictFormat } from './strict-schema.ts';

export type WrittenFormat = {
  readonly format?: JsonObject;
  /** Expresses in words what the provider has no field for. */
  readonly instruction?: string;
};

/** Writes the output format in the form that this provider supports. */
export function writeOutputFormat(
  { output, origin }: Pick<ModelRequest, 'output' | 'origin'>,
  target: Pick<WireTarget, 'model' | 'knownAs' | 'quirks'>,
  warnings: string[],
): WrittenFormat {
  if (output === undefined) return {};
  const mode = target.quirks.schemaMode ?? 'json-schema';
  const jsonObject = mode === 'none' ? {} : { format: { type: 'json_object' } };
  if (output.type === 'json') {
    if (mode === 'none') warnings.push('JSON was asked for in words only: this provider has no JSON mode.');
    return mode === 'none' ? { instruction: jsonInstruction } : jsonObject;
  }
  if (mode !== 'json-schema') {
    warnings.push(
      'The JSON schema was sent as an instruction: this provider does not hold its models to one.',
    );
    return { ...jsonObject, instruction: schemaInstruction(output.schema) };
  }
  const { name = 'answer', description, schema } = output;
  if (needsObjectSchemas(target) && !isObjectSchema(schema) && !isOpenAis(origin)) {
    warnings.push(
      'The JSON schema was sent as an instruction: this provider holds its models only to a schema of an object.',
    );
    return { instruction: schemaInstruction(schema) };
  }
  return {
    format: {
      type: 'json_schema',
      json_schema: {
        name: name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, 64),
        ...(description !== undefined && { description }),
        schema,
        strict: isStrictFormat(output, origin, warnings),
      },
    },
  };
}

function schemaInstruction(schema: JsonObject): string {
  return `Answer with one JSON value that is valid against this JSON Schema, and nothing else:\n${JSON.stringify(schema)}`;
}
