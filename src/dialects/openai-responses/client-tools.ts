import type { JsonObject } from '../../core/json.ts';
import type { ExtraField, ToolDefinition } from '../../core/request.ts';
import { array, boolean, object, string } from '../strict-fields.ts';

/** The member that carries the text of a custom tool's call where a model knows functions only. */
export const freeformMember = 'input';

/**
 * A tool that the client runs itself, as functions that any model can call: a function, a custom tool, whose calls are a
 * text, or a namespace of both. `undefined` for one that runs on OpenAI's servers.
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

/** What a tool of a namespace is called where there are no namespaces. */
export function flatName(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}__${name}`;
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
  const grammar = readGrammar(tool, at);
  // Told in words, a grammar is a wish, and no longer a law.
  if (grammar !== undefined) {
    extras.push({ name: `${at}.format`, fieldClass: 'hint', value: grammar.syntax, inWords: true });
  }
  const rule = grammar && `The input has to follow this ${grammar.syntax} grammar:\n${grammar.definition}`;
  const words = [string.optional(tool, 'description', at), rule].filter((text) => text !== undefined);
  return {
    name,
    description: words.length > 0 ? words.join('\n\n') : undefined,
    inputSchema: freeformSchema,
    declared: { type: 'custom', name },
  };
}

const freeformSchema: JsonObject = {
  type: 'object',
  properties: {
    [freeformMember]: { type: 'string', description: 'The whole input of the tool, as plain text.' },
  },
  required: [freeformMember],
  additionalProperties: false,
};

type Grammar = { readonly syntax: string; readonly definition: string };

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
  return array.required(tool, 'tools', at).flatMap((value, index) => {
    const place = `${at}.tools.${index}`;
    return (readClientTool(object.check(value, place), place, extras) ?? []).map((inner) => ({
      ...inner,
      name: flatName(namespace, inner.name),
      declared: { type: 'function' as const, ...inner.declared, name: inner.name, namespace },
    }));
  });
}
