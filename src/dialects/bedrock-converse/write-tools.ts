import type { JsonObject } from '../../core/json/json.ts';
import type { ModelRequest, ToolChoice, ToolDefinition } from '../../core/wire/request.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { objectSchema } from '../schemas/object-schema.ts';
import { noteStated } from '../schemas/note-stated.ts';
import { enforcedInput } from '../makers/claude/enforced-input.ts';
import { choiceForAnswer } from '../tools/schema-tool.ts';
import type { Family } from './families.ts';
import { writeCachePoint } from './write-content.ts';

export type ToolDraft = {
  readonly request: ModelRequest;
  readonly family: Family;
  /** `false`: the provider rejects forced choices, whatever the family accepts. */
  readonly forcedToolChoice: boolean;
  readonly warnings: string[];
};

/**
 * Writes the tools and their choice. `answer` carries a schema; `own` are tools of Bedrock's. Converse rejects a
 * conversation with tool calls but no tools, so the tools that it mentions are declared. Converse cannot forbid calls
 * (https://github.com/boto/boto3/issues/4687), so `instruction` asks the model not to call any.
 */
export function writeTools(
  { request, family, forcedToolChoice, warnings }: ToolDraft,
  { answer, own = [] }: { readonly answer?: ToolDefinition; readonly own?: JsonObject[] },
): { readonly toolConfig?: JsonObject; readonly instruction?: string } {
  const unused = request.toolChoice?.type === 'none' && !answer;
  const named = unused ? [] : (request.tools ?? []);
  const tools = [...named, ...(answer ? [answer] : [])].flatMap((tool) => [
    writeTool(tool, family, warnings),
    ...cachePoint(tool, family, warnings),
  ]);
  if (tools.length + own.length > 0) {
    const wanted = answer ? choiceForAnswer(request) : request.toolChoice;
    const choice = allowed(wanted, family.forcedTools && forcedToolChoice, warnings);
    return { toolConfig: { tools: [...tools, ...own], ...(choice && { toolChoice: choice }) } };
  }
  const mentioned = toolsMentioned(request);
  if (mentioned.length === 0) return {};
  const wish = request.toolChoice?.type === 'none' ? '"none" as tool choice' : 'That no tool is offered';
  warnings.push(
    `${wish} was written into the prompt: Bedrock cannot forbid tool calls, and rejects a conversation without the tools that it mentions.`,
  );
  return {
    toolConfig: { tools: mentioned.map((tool) => writeTool(tool, family, warnings)) },
    instruction: 'Call no tool now: answer in words, with what is known already.',
  };
}

/** Returns the cache point to write after a tool. */
function cachePoint({ cache }: ToolDefinition, family: Family, warnings: string[]): JsonObject[] {
  if (cache === undefined) return [];
  if (family.cachesTools) return [writeCachePoint(cache, family, warnings)];
  warnings.push('A cache hint on a tool was left out: this model caches no tools.');
  return [];
}

function writeTool(
  { name, description, inputSchema, strict }: ToolDefinition,
  { schema: canEnforce }: Family,
  warnings: string[],
): JsonObject {
  const { schema, stated } = objectSchema(inputSchema);
  noteStated(`the tool "${name}"`, stated, warnings);
  const enforced = strict && enforcedInput(name, schema, { canEnforce, warnings });
  return {
    toolSpec: {
      name,
      ...(description && { description }),
      inputSchema: { json: enforced || schema },
      ...(enforced && { strict }),
    },
  };
}

function allowed(
  choice: ToolChoice | undefined,
  forcible: boolean,
  warnings: string[],
): JsonObject | undefined {
  if (choice === undefined || choice.type === 'none') return undefined;
  if (choice.type === 'auto') return { auto: {} };
  if (!forcible) {
    warnings.push('The tool choice was sent as "auto": this model cannot be forced to call a tool.');
    return { auto: {} };
  }
  return choice.type === 'tool' ? { tool: { name: choice.name } } : { any: {} };
}

function toolsMentioned({ tools = [], messages }: ModelRequest): ToolDefinition[] {
  const names = new Set<string>();
  for (const { content } of messages) {
    for (const part of content) if (part.type === 'tool-call') names.add(part.name);
  }
  return [...names].map(
    (name) => tools.find((tool) => tool.name === name) ?? { name, inputSchema: { type: 'object' } },
  );
}

/** Returns Bedrock's own tools among a request's extra fields. */
export function ownTools(request: ModelRequest): JsonObject[] {
  return objectsOf(request.extras?.find(({ name }) => name === 'toolConfig.tools')?.value);
}
