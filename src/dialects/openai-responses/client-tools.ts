import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField, Grammar, ToolDefinition } from '../../core/wire/request.ts';
import { freeformTool } from '../openai/freeform-tool.ts';
import { objectsOf } from '../fields/loose-fields.ts';
import { array, boolean, object, string } from '../fields/strict-fields.ts';

/**
 * Reads a tool that the client runs itself, as functions that any model can call: a function, a custom tool, whose
 * calls are text, or a namespace of both. `undefined` for a tool that runs on OpenAI's servers.
 */
export function readClientTool(
  tool: JsonObject,
  at: string,
  extras: ExtraField[],
): ToolDefinition[] | undefined {
  switch (string.required(tool, 'type', at)) {
    case 'function':
      return [readFunction(tool, at)];
    case 'custom':
      return [readCustom(tool, at, extras)];
    case 'namespace':
      return readNamespace(tool, at, extras);
    default:
      return undefined;
  }
}

/** Returns the name of a namespace's tool for dialects without namespaces. */
export function flatName(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}__${name}`;
}

/**
 * Returns by name what only OpenAI does with tools of the client's: who else may call one that the model itself may not, and
 * the shape of results. Deferred tools are offered elsewhere from the start, so nothing is lost.
 */
export function openaiOptions(tool: JsonObject, namespace?: string): JsonObject {
  const { type, name, tools, allowed_callers: callers, output_schema } = tool;
  if (typeof name !== 'string') return {};
  if (type === 'namespace')
    return Object.fromEntries(
      objectsOf(tools).flatMap((inner) => Object.entries(openaiOptions(inner, name))),
    );
  const onlyOthers = Array.isArray(callers) && !callers.includes('direct');
  const options = {
    ...(onlyOthers && { allowed_callers: callers }),
    ...(isJsonObject(output_schema) && { output_schema }),
  };
  return Object.keys(options).length > 0 ? { [flatName(namespace, name)]: options } : {};
}

function readFunction(tool: JsonObject, at: string): ToolDefinition {
  return {
    name: string.required(tool, 'name', at),
    description: string.optional(tool, 'description', at),
    inputSchema: object.optional(tool, 'parameters', at) ?? { type: 'object', properties: {} },
    strict: boolean.optional(tool, 'strict', at),
  };
}

function readCustom(tool: JsonObject, at: string, extras: ExtraField[]): ToolDefinition {
  const name = string.required(tool, 'name', at);
  const description = string.optional(tool, 'description', at);
  return freeformTool({ name, description, grammar: readGrammar(tool, at) }, at, extras);
}

function readGrammar(tool: JsonObject, at: string): Grammar | undefined {
  const format = object.optional(tool, 'format', at);
  if (format === undefined || format.type !== 'grammar') return undefined;
  const path = `${at}.format`;
  return {
    syntax: string.required(format, 'syntax', path),
    definition: string.required(format, 'definition', path),
  };
}

function readNamespace(tool: JsonObject, at: string, extras: ExtraField[]): ToolDefinition[] {
  const namespace = string.required(tool, 'name', at);
  let purpose = string.optional(tool, 'description', at);
  return array.required(tool, 'tools', at).flatMap((value, index) => {
    const place = `${at}.tools.${index}`;
    const given = object.check(value, place);
    const told = purpose ? withPurpose(given, place, { namespace, purpose }) : given;
    const read = readClientTool(told, place, extras) ?? [];
    if (read.length > 0) purpose = undefined;
    return read.map((inner) => ({
      ...inner,
      name: flatName(namespace, inner.name),
      declared: { type: 'function' as const, ...inner.declared, name: inner.name, namespace },
    }));
  });
}

/** Adds what a namespace is for to its first tool that other dialects get, once for all: they have no place for it. */
function withPurpose(
  tool: JsonObject,
  at: string,
  { namespace, purpose }: { readonly namespace: string; readonly purpose: string },
): JsonObject {
  const own = string.optional(tool, 'description', at);
  const ofAll = `All tools named ${flatName(namespace, '…')}: ${purpose}`;
  return { ...tool, description: own ? `${ofAll}\n\n${own}` : ofAll };
}
