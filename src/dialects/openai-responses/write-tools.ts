import type { JsonObject } from '../../core/json/json.ts';
import { writeCustomTool } from './custom-tools.ts';
import type { ToolChoice, ToolDefinition } from '../../core/wire/request.ts';

/** Writes a function. Without `strict`, this API would make its schema strict, which no other dialect does unasked. */
export function writeTool({ name, description, inputSchema, strict }: ToolDefinition): JsonObject {
  return {
    type: 'function',
    name,
    description: description ?? null,
    parameters: inputSchema,
    strict: strict ?? false,
  };
}

/** Writes `tool_choice`; `customs` are the tools that are not functions. */
export function writeToolChoice(choice: ToolChoice, customs: ReadonlySet<string>): string | JsonObject {
  if (choice.type !== 'tool') return choice.type;
  return { type: customs.has(choice.name) ? 'custom' : 'function', name: choice.name };
}

/** Writes a tool in the form in which the answer repeats it to its client. */
export function echoedTool(tool: ToolDefinition): JsonObject {
  return tool.declared?.type === 'custom' ? writeCustomTool(tool) : writeTool(tool);
}

/** Writes `tool_choice` in the form in which the answer repeats it to its client. */
export function echoedChoice(
  choice: ToolChoice | undefined,
  tools: readonly ToolDefinition[] = [],
): string | JsonObject {
  if (!choice) return 'auto';
  const customs = tools.filter(({ declared }) => declared?.type === 'custom');
  return writeToolChoice(choice, new Set(customs.map(({ name }) => name)));
}
