import type { JsonObject } from '../../../core/json/json.ts';
import { noteStated } from '../../schemas/note-stated.ts';
import { supportedSchema } from './supported-schema.ts';

/**
 * Returns the schema of a strict tool in the subset that Anthropic and Bedrock enforce; they refuse any other. If that
 * cannot be done, warns that the tool is offered without `strict`, and returns `undefined`.
 */
export function enforcedInput(
  name: string,
  schema: JsonObject,
  { canEnforce, warnings }: { readonly canEnforce: boolean; readonly warnings: string[] },
): JsonObject | undefined {
  const supported = supportedSchema(schema);
  if (!canEnforce || supported.freeKeys || supported.recursive) {
    warnings.push(`The tool "${name}" was offered without "strict": this model cannot enforce its schema.`);
    return undefined;
  }
  noteStated(`the tool "${name}"`, supported.stated, warnings);
  return supported.schema;
}
