import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { isObject, listOf } from '../../read-json.ts';

/** Returns the schema that a prompt describes: written out, or shown by an example object. */
export function shapeInPrompt(text: string): JsonObject | undefined {
  for (const value of jsonIn(text)) {
    if (isObject(value)) return isSchema(value) ? value : schemaOf(value);
    if (Array.isArray(value) && isObject(value[0])) return { type: 'array', items: schemaOf(value[0]) };
  }
  return undefined;
}

function isSchema(value: JsonObject): boolean {
  return isObject(value['properties']) || value['$ref'] !== undefined || isObject(value['items']);
}

/** JSON values in the text, the longest first; examples with comments or ellipses do not parse. */
function jsonIn(text: string): JsonValue[] {
  const starts = [...text.matchAll(/[{[]/g)].slice(0, 40).map(({ index }) => index);
  const ends: Record<string, string> = { '{': '}', '[': ']' };
  for (const start of starts) {
    const close = ends[text.charAt(start)] ?? '}';
    let end = text.lastIndexOf(close);
    for (let tries = 0; end > start && tries < 40; tries += 1) {
      const value = parsed(text.slice(start, end + 1));
      if (value !== undefined && !isEmpty(value)) return [value];
      end = text.lastIndexOf(close, end - 1);
    }
  }
  return [];
}

function isEmpty(value: JsonValue): boolean {
  return listOf(value).length === 0 && (!isObject(value) || Object.keys(value).length === 0);
}

function parsed(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function schemaOf(example: JsonValue | undefined): JsonObject {
  if (Array.isArray(example)) return { type: 'array', items: schemaOf(example[0] ?? '') };
  if (isObject(example)) {
    const properties = Object.fromEntries(
      Object.entries(example).map(([name, value]) => [name, schemaOf(value)]),
    );
    return { type: 'object', properties, required: Object.keys(properties) };
  }
  if (typeof example === 'number')
    return { type: Number.isInteger(example) && example > 1 ? 'integer' : 'number' };
  if (typeof example === 'boolean') return { type: 'boolean' };
  return schemaOfWord(typeof example === 'string' ? example : '');
}

/** Prompts often have `"low|high"`, `"number"` or `"<integer>"` in place of a value. */
function schemaOfWord(word: string): JsonObject {
  const options = word.split('|').map((option) => option.trim());
  if (options.length > 1) return { type: 'string', enum: options };
  const named = /^<?\s*(string|number|integer|boolean)\b/i.exec(word)?.[1]?.toLowerCase();
  return named ? { type: named } : { type: 'string' };
}
