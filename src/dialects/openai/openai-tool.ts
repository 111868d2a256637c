import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { isJsonObject } from '../../core/json/json.ts';
import { isClaude } from '../makers/claude/is-claude.ts';
import type { ModelTarget } from '../request/model-target.ts';
import type { ToolDefinition } from '../../core/wire/request.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';
import { isGpt } from '../makers/gpt-habits.ts';
import { noteStated } from '../schemas/note-stated.ts';
import { objectSchema, withProperties } from '../schemas/object-schema.ts';
import { plainSchema } from '../schemas/plain-schema.ts';
import { withinStrictness } from '../schemas/strict-schema.ts';

/** Returns a tool with a schema that a provider of OpenAI's dialects accepts. */
export function openaiTool(tool: ToolDefinition, draft: RequestDraft): ToolDefinition {
  const held = withinStrictness(tool, draft);
  const inputSchema = inputSchemaFor(held, draft);
  return inputSchema === held.inputSchema ? held : { ...held, inputSchema };
}

/** Returns a relayed function with a schema that the model accepts; the function itself if nothing must change. */
export function relayedFunction(found: JsonObject, draft: RequestDraft): JsonObject {
  const { name, parameters } = found;
  if (!isJsonObject(parameters) || typeof name !== 'string') return found;
  const accepted = inputSchemaFor({ name, inputSchema: parameters }, draft);
  return accepted === parameters ? found : { ...found, parameters: accepted };
}

/** Returns a relayed list with its changed objects; `undefined` if `change` returns all of them as they are. */
export function mappedList(
  list: JsonValue | undefined,
  change: (one: JsonObject) => JsonObject,
): JsonValue[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const mapped = list.map((one) => (isJsonObject(one) ? change(one) : one));
  return mapped.some((one, at) => one !== list[at]) ? mapped : undefined;
}

/**
 * Whether a provider, or the model's maker at any provider, rejects a schema that is not of type `object` at the top,
 * or has a union, `enum` or `not` there.
 */
export function needsObjectSchemas(target: ModelTarget): boolean {
  return target.quirks.objectSchemas ?? isGpt(knownName(target));
}

function inputSchemaFor(
  { name, inputSchema }: Pick<ToolDefinition, 'name' | 'inputSchema'>,
  { target, warnings }: RequestDraft,
): JsonObject {
  if (!needsObjectSchemas(target) && !isClaude(knownName(target)))
    return withProperties(plainSchema(inputSchema));
  const { schema, stated } = objectSchema(inputSchema);
  noteStated(`the tool "${name}"`, stated, warnings);
  return schema;
}
