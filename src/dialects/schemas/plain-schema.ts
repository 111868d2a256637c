import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { setOwnMember } from '../../core/json/own-members.ts';
import { schemaLists, schemaMaps, withSchemasIn } from './sub-schemas.ts';

/** Keywords for which `null` is a value like any other. */
const nullable = new Set(['const', 'default', 'example', 'examples']);

const maximumDepth = 200;

/**
 * Returns a schema with the same meaning that more providers can read, or the schema itself if nothing must change. MCP
 * servers send all that is replaced here, and a provider that cannot read one tool refuses the whole request:
 *
 * - An array without `items` (OpenAI: "array schema missing items") gets an empty one.
 * - `items` as a list, which JSON Schema 2020-12 replaced (OpenAI, Anthropic), becomes `prefixItems`.
 * - `true` and `false` as schemas (Ollama) become objects.
 * - Keywords that are `null` or of the wrong type, such as `"required": null` of servers in Go, are left out.
 */
export function plainSchema(schema: JsonObject, depth = 0): JsonObject {
  if (depth > maximumDepth) return schema;
  const plain: JsonObject = {};
  let isChanged = false;
  for (const [keyword, value] of Object.entries(withPrefix(schema))) {
    const written = value === undefined ? undefined : plainValue(keyword, value, depth);
    if (written !== undefined) setOwnMember(plain, keyword, written);
    if (written !== schema[keyword]) isChanged = true;
  }
  if (isArray(schema) && plain.items === undefined) {
    plain.items = {};
    isChanged = true;
  }
  return isChanged ? plain : schema;
}

/** Returns the value of a keyword; `undefined` if it is not one that the keyword may have. */
function plainValue(keyword: string, value: JsonValue, depth: number): JsonValue | undefined {
  if (value === null) return nullable.has(keyword) ? value : undefined;
  if (schemaMaps.has(keyword) && !isJsonObject(value)) return undefined;
  const isList = schemaLists.has(keyword) || keyword === 'required';
  if (isList && !Array.isArray(value)) return undefined;
  return withSchemasIn(keyword, value, (one) => plainPart(one, depth + 1));
}

function plainPart(part: JsonValue, depth: number): JsonValue {
  if (isJsonObject(part)) return plainSchema(part, depth);
  return part === false ? { not: {} } : {};
}

function isArray({ type }: JsonObject): boolean {
  return type === 'array' || (Array.isArray(type) && type.includes('array'));
}

function withPrefix(schema: JsonObject): JsonObject {
  const { items, additionalItems, ...rest } = schema;
  if (!Array.isArray(items)) return schema;
  return { ...rest, prefixItems: items, ...(additionalItems !== undefined && { items: additionalItems }) };
}
