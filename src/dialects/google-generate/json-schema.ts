import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

const maximumDepth = 200;

/** Converts a schema in Google's own form (`type: "OBJECT"`, `nullable`, `any_of`) into JSON Schema. */
export function jsonSchema(schema: JsonObject, depth = 0): JsonObject {
  if (depth > maximumDepth) return {};
  const made: JsonObject = {};
  for (const [member, value] of Object.entries(schema)) {
    const keyword = member.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (value === undefined || keyword === 'nullable' || keyword === 'propertyOrdering') continue;
    made[keyword] = translated(keyword, value, depth);
  }
  if (schema.nullable !== true) return made;
  return typeof made.type === 'string'
    ? { ...made, type: [made.type, 'null'] }
    : { anyOf: [made, { type: 'null' }] };
}

function translated(keyword: string, value: JsonValue, depth: number): JsonValue {
  const child = (item: JsonValue | undefined) => (isJsonObject(item) ? jsonSchema(item, depth + 1) : {});
  if (keyword === 'type' && typeof value === 'string') return value.toLowerCase();
  if (keyword === 'items') return child(value);
  if (keyword === 'anyOf' && Array.isArray(value)) return value.map(child);
  if (keyword === 'properties' && isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, child(property)]));
  }
  // 64-bit integers are strings in Google's JSON.
  const counts = /^(min|max)(Items|Length|Properties)$/.test(keyword);
  return counts && typeof value === 'string' ? Number(value) : value;
}
