import { forcesCall } from '../tools/forces-call.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';
import { objectOf, objectsOf } from '../fields/loose-fields.ts';
import type { ClaudeDraft } from '../makers/claude/draft.ts';
import { noteStated } from '../schemas/note-stated.ts';
import { objectSchema } from '../schemas/object-schema.ts';
import { enforcedInput } from '../makers/claude/enforced-input.ts';
import { cacheControl } from './write-content.ts';

/** Writes the tools, Anthropic's own ones first. `added` are Conclave's, such as the one that carries a schema. */
export function writeTools(
  draft: ClaudeDraft,
  extras: readonly ExtraField[],
  added: readonly ToolDefinition[],
): JsonObject {
  const own = objectsOf(extras.find(({ name }) => name === 'tools')?.value);
  const options = objectOf(extras.find(({ name }) => name === 'tools.options')?.value);
  const custom = [...(draft.request.tools ?? []), ...added].map((tool) =>
    Object.assign(writeTool(tool, draft), options[tool.name]),
  );
  return own.length + custom.length === 0 ? {} : { tools: [...own, ...custom] };
}

/** Returns the tool choice that can be sent, which is not always the requested one. */
export function allowedChoice(
  { request, target, habits, warnings }: ClaudeDraft,
  wanted: ToolChoice | undefined,
): ToolChoice | undefined {
  if (!forcesCall(wanted) || (habits.forcedTools && target.quirks.forcedToolChoice !== false)) return wanted;
  warnings.push(
    `"${request.toolChoice?.type ?? wanted.type}" as tool choice was sent as "auto": this model cannot be forced to call a tool.`,
  );
  return { type: 'auto' };
}

/** Writes `tool_choice`, which also states whether parallel calls are allowed. */
export function writeToolChoice(choice: ToolChoice | undefined, parallel: boolean | undefined): JsonObject {
  const serial =
    parallel === false && choice?.type !== 'none' ? { disable_parallel_tool_use: true } : undefined;
  if (choice === undefined && serial === undefined) return {};
  const found = choice ?? { type: 'auto' };
  return { tool_choice: { ...(found.type === 'required' ? { type: 'any' } : found), ...serial } };
}

function writeTool(
  { name, description, inputSchema, strict, cache }: ToolDefinition,
  { habits, warnings }: ClaudeDraft,
): JsonObject {
  const tool = { name, ...(description !== undefined && { description }), ...cacheControl(cache) };
  const { schema, stated } = objectSchema(inputSchema);
  noteStated(`the tool "${name}"`, stated, warnings);
  const enforced = strict && enforcedInput(name, schema, { canEnforce: habits.schema, warnings });
  return { ...tool, input_schema: enforced || schema, ...(enforced && { strict }) };
}
