import { isJsonObject, type JsonObject, type JsonValue } from '../core/json/json.ts';

/**
 * Returns a JSON Schema without the keywords for which `fromSchema` rejects the whole of it. What remains accepts every
 * value that the whole schema accepts.
 */
export function readableSchema(schema: JsonObject): JsonObject {
  // Of alternatives that have lost a keyword, a value may satisfy several.
  const { oneOf, anyOf = oneOf, ...others } = schema;
  const readable = Object.entries({ ...others, anyOf }).flatMap(([keyword, value]) =>
    value === undefined || isUnread(keyword, value)
      ? []
      : [[keyword, readableValue(keyword, value)] as const],
  );
  return Object.fromEntries(readable);
}

function readableValue(keyword: string, value: JsonValue): JsonValue {
  if (schemas.has(keyword)) return readablePart(value);
  if (!schemasByName.has(keyword) || !isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, schema]) => [name, schema && readablePart(schema)]),
  );
}

function readablePart(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(readablePart);
  return isJsonObject(value) ? readableSchema(value) : value;
}

/** Keywords whose value is a schema or a list of schemas. */
const schemas: ReadonlySet<string> = new Set([
  'additionalItems',
  'additionalProperties',
  'allOf',
  'anyOf',
  'contains',
  'items',
  'prefixItems',
  'propertyNames',
]);

/** Keywords whose value maps names to schemas. */
const schemasByName: ReadonlySet<string> = new Set([
  '$defs',
  'definitions',
  'patternProperties',
  'properties',
]);

function isUnread(keyword: string, value: JsonValue): boolean {
  if (keyword === '$ref') return typeof value !== 'string' || !resolved.test(value);
  if (keyword === 'not') return !isJsonObject(value) || Object.keys(value).length > 0;
  if (keyword === 'pattern') return typeof value !== 'string' || !isPattern(value);
  return unread.has(keyword);
}

const unread: ReadonlySet<string> = new Set([
  'dependentRequired',
  'dependentSchemas',
  'else',
  'if',
  // Counts what satisfies `contains`, which may have lost a keyword.
  'maxContains',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

const resolved = /^#(?:\/(?:\$defs|definitions)\/[^/]+)?$/u;

function isPattern(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
