import type { JsonObject } from '../../../core/json/json.ts';
import type { OfferedTool } from '../../asked.ts';
import { objectOf } from '../../read-json.ts';

/** A tool that is called from a script, and whether it takes a text instead of named arguments. */
export type ScriptedTool = OfferedTool & { readonly takesText: boolean };

/**
 * Returns the tools that can be called only from a script, as in Codex's code mode: their declarations in TypeScript
 * are in the description of the tool that runs the script, which takes one text.
 */
export function scriptedTools({ description, schema }: OfferedTool): ScriptedTool[] {
  if (scriptMember(schema) === undefined || !description.includes('declare const tools:')) return [];
  return description.split(/^### /m).flatMap(readSection);
}

/** The name of the argument that carries the script. */
export function scriptMember(schema: JsonObject): string | undefined {
  const [member, ...others] = Object.keys(objectOf(schema['properties']));
  return others.length === 0 ? member : undefined;
}

function readSection(section: string): ScriptedTool[] {
  const found = /declare const tools: \{ (\w+)\(\w+: (string\b|\{[^}]*\})/.exec(section);
  if (!found) return [];
  const [, name = '', argument = ''] = found;
  const takesText = argument === 'string';
  const description = section.slice(section.indexOf('\n') + 1, found.index);
  return [{ name, description, takesText, schema: takesText ? textSchema : readArguments(argument) }];
}

const textSchema: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};

/** Optional arguments are left out. */
function readArguments(declared: string): JsonObject {
  const members = [...declared.matchAll(/^\s*(\w+): ([^;\n]+);$/gm)];
  const properties = Object.fromEntries(members.map(([, name = '', type = '']) => [name, readType(type)]));
  return { type: 'object', properties, required: Object.keys(properties) };
}

function readType(type: string): JsonObject {
  const items = /^Array<(.*)>$/.exec(type)?.[1];
  if (items !== undefined) return { type: 'array', items: readType(items) };
  const values = [...type.matchAll(/"([^"]*)"/g)].map(([, value = '']) => value);
  if (values.length > 0) return { enum: values };
  return ['string', 'number', 'boolean'].includes(type) ? { type } : {};
}
