import type { JsonObject } from '../../core/json.ts';
import type { ToolChoice, ToolDefinition } from '../../core/request.ts';

/** A function; without `strict` this API would tighten its schema, which no other dialect does unasked. */
export function writeTool({ name, description, inputSchema, strict }: ToolDefinition): JsonObject {
  return {
    type: 'function',
    name,
    description: description ?? null,
    parameters: inputSchema,
    strict: strict ?? false,
  };
}

/** `tool_choice`. */
export function writeToolChoice(choice: ToolChoice): string | JsonObject {
  return choice.type === 'tool' ? { type: 'function', name: choice.name } : choice.type;
}
