import type { JsonObject } from '../../core/json/json.ts';
import type { ToolChoice, ToolDefinition } from '../../core/wire/request.ts';

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

/** A tool as the answer tells its client back. */
export function echoedTool(tool: ToolDefinition): JsonObject {
  const { name, description, declared } = tool;
  if (declared?.type !== 'custom') return writeTool(tool);
  return { type: 'custom', name, ...(description !== undefined && { description }) };
}

/** `tool_choice` as the answer tells its client back. */
export function echoedChoice(
  choice: ToolChoice | undefined,
  tools: readonly ToolDefinition[] | undefined,
): string | JsonObject {
  if (!choice) return 'auto';
  const isCustom = (name: string) =>
    tools?.some((tool) => tool.name === name && tool.declared?.type === 'custom') === true;
  if (choice.type === 'tool' && isCustom(choice.name)) return { type: 'custom', name: choice.name };
  return writeToolChoice(choice);
}
