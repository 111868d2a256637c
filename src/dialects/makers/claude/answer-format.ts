import type { JsonObject } from '../../../core/json/json.ts';
import type { JsonSchemaFormat, ToolDefinition } from '../../../core/wire/request.ts';
import { jsonInstruction, schemaInstruction } from '../../schemas/json-instruction.ts';
import { allowsObject } from '../../schemas/object-schema.ts';
import { schemaTool } from '../../tools/schema-tool.ts';
import { allowsOnlyEmpty } from './allows-only-empty.ts';
import type { ClaudeDraft } from './draft.ts';
import { supportedSchema } from './supported-schema.ts';

/** How the model is made to answer in the requested format. */
export type AnswerFormat =
  | { readonly kind: 'plain' }
  /** `stated`: keywords of the schema that are described to the model and not enforced. */
  | {
      readonly kind: 'native';
      readonly output: JsonSchemaFormat;
      readonly schema: JsonObject;
      readonly stated: readonly string[];
    }
  | { readonly kind: 'tool'; readonly tool: ToolDefinition }
  | { readonly kind: 'words'; readonly instruction: string };

type Abilities = {
  /** The provider's name, for a warning. */
  readonly provider: string;
  /** Whether the model can be held to a schema. */
  readonly schema: boolean;
  /** Whether it is held to a schema with free keys as well, though only the named keys are possible then. */
  readonly freeKeys: boolean;
};

/** Chooses the output format: native, by a tool if the model lacks that, or by an instruction. */
export function answerFormat(
  { request: { output }, target, warnings }: ClaudeDraft,
  abilities: Abilities,
): AnswerFormat {
  if (output === undefined) return { kind: 'plain' };
  if (output.type === 'json') {
    warnings.push(`${abilities.provider} has no JSON mode; the prompt asks the model to answer in JSON.`);
    return { kind: 'words', instruction: jsonInstruction };
  }
  const { schema, stated, freeKeys, recursive } = supportedSchema(output.schema);
  const native = abilities.schema && (target.quirks.schemaMode ?? 'json-schema') === 'json-schema';
  if (!native || recursive || (freeKeys && (!abilities.freeKeys || allowsOnlyEmpty(schema)))) {
    // The input of a tool is always an object.
    if (!allowsObject(output.schema)) {
      warnings.push(
        'The JSON schema was sent as an instruction: this model enforces only schemas of objects.',
      );
      return { kind: 'words', instruction: schemaInstruction(output) };
    }
    const reason = native
      ? 'this model cannot be held to all of it.'
      : 'this model does not support schemas otherwise.';
    warnings.push(`The JSON schema was sent as a tool to call: ${reason}`);
    return { kind: 'tool', tool: schemaTool(output) };
  }
  if (freeKeys) {
    warnings.push(
      'In the JSON schema of the answer, only the properties that it names are possible: this model cannot be held to objects with free keys.',
    );
  }
  return { kind: 'native', output, schema, stated };
}
