import type { ToolDefinition } from '../../core/wire/request.ts';

/**
 * Returns the tools that the model may call (OpenAI's `allowed_tools`), for dialects that cannot restrict the choice:
 * the other tools are not offered.
 */
export function allowedTools(
  tools: readonly ToolDefinition[] | undefined,
  names: readonly string[] | undefined,
): readonly ToolDefinition[] | undefined {
  if (tools === undefined || names === undefined) return tools;
  const wanted = new Set(names);
  const allowed = tools.filter(({ name }) => wanted.has(name));
  return allowed.length > 0 ? allowed : undefined;
}
