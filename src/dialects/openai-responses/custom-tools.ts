import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest, ToolDefinition } from '../../core/wire/request.ts';
import { takesCustomTools } from '../makers/gpt-habits.ts';

/**
 * Returns the names of the tools that are offered as custom tools, as their client declared them; other models get them
 * as functions.
 */
export function customTools({ tools = [] }: ModelRequest, model: string): ReadonlySet<string> {
  if (!takesCustomTools(model)) return new Set();
  return new Set(tools.filter(({ declared }) => declared?.type === 'custom').map(({ name }) => name));
}

/** Writes a custom tool with the grammar that its input must follow. */
export function writeCustomTool({ name, declared }: ToolDefinition): JsonObject {
  const { description, grammar } = declared ?? {};
  return {
    type: 'custom',
    name,
    ...(description !== undefined && { description }),
    ...(grammar && { format: { type: 'grammar', ...grammar } }),
  };
}
