import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

/** Keywords whose value is a schema. */
const single: ReadonlySet<string> = new Set([
  'items',
  'additionalItems',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
]);
/** Keywords whose value is a list of schemas. */
export const schemaLists: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
/** Keywords whose value is schemas by their names. */
export const schemaMaps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

/**
 * Returns the value of a keyword with each schema in it changed; the value itself if it holds none or none is changed.
 * Every provider reads `additionalProperties` as a boolean, too, which stays.
 */
export function withSchemasIn(
  keyword: string,
  value: JsonValue,
  change: (schema: JsonValue) => JsonValue,
): JsonValue {
  if (keyword === 'additionalProperties') return isJsonObject(value) ? change(value) : value;
  if (single.has(keyword)) return change(value);
  if (schemaLists.has(keyword) && Array.isArray(value)) return changedList(value, change);
  if (schemaMaps.has(keyword) && isJsonObject(value)) return changedMembers(value, change);
  return value;
}

function changedList(list: JsonValue[], change: (one: JsonValue) => JsonValue): JsonValue[] {
  const changed = list.map(change);
  return changed.some((one, at) => one !== list[at]) ? changed : list;
}

function changedMembers(members: JsonObject, change: (one: JsonValue) => JsonValue): JsonObject {
  const entries = Object.entries(members).map(
    ([name, value]) => [name, value === undefined ? value : change(value)] as const,
  );
  return entries.some(([name, value]) => value !== members[name]) ? Object.fromEntries(entries) : members;
}
