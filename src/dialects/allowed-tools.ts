import type { ToolDefinition } from '../core/wire/request.ts';

/**
 * The tools of which the model may call one (OpenAI's `allowed_tools`): where no word restricts the choice to them,
 * the others are not offered.
 */
export function allowedTools(
  tools: readonly ToolDefinition[] | undefined,
  names: readonly string[] | undefined,
): readonly ToolDefinition[] | undefined {
  if (tools === undefined || names === undefined) return tools;
  const allowed = tools.filter(({ name }) => names.includes(name));
  return allowed.length > 0 ? allowed : undefined;
}
