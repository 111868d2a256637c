import type { JsonObject } from '../../core/json/json.ts';
import { writeCustomTool } from './custom-tools.ts';
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

/** `tool_choice`; `customs` are the tools that are no functions. */
export function writeToolChoice(choice: ToolChoice, customs: ReadonlySet<string>): string | JsonObject {
  if (choice.type !== 'tool') return choice.type;
  return { type: customs.has(choice.name) ? 'custom' : 'function', name: choice.name };
}

/** A tool as the answer tells its client back. */
export function echoedTool(tool: ToolDefinition): JsonObject {
  return tool.declared?.type === 'custom' ? writeCustomTool(tool) : writeTool(tool);
}

/** `tool_choice` as the answer tells its client back. */
export function echoedChoice(
  choice: ToolChoice | undefined,
  tools: readonly ToolDefinition[] = [],
): string | JsonObject {
  if (!choice) return 'auto';
  const customs = tools.filter(({ declared }) => declared?.type === 'custom');
  return writeToolChoice(choice, new Set(customs.map(({ name }) => name)));
}
