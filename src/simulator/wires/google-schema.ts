import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { isObject } from '../read-json.ts';

/**
 * Converts Google's schema format (`OBJECT`, `nullable`, `"minItems": "1"`) to JSON Schema; JSON Schema is unchanged.
 */
export function plainSchema(schema: JsonObject): JsonObject {
  const plain = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, plainValue(name, value)]),
  );
  if (schema['nullable'] === true && typeof plain['type'] === 'string')
    plain['type'] = [plain['type'], 'null'];
  return plain;
}

function plainValue(name: string, value: JsonValue | undefined): JsonValue | undefined {
  if (name === 'type' && typeof value === 'string') return value.toLowerCase();
  if (counts.has(name) && typeof value === 'string') return Number(value);
  if (name === 'properties' && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([property, inner]) => [
        property,
        isObject(inner) ? plainSchema(inner) : inner,
      ]),
    );
  }
  if (Array.isArray(value)) return value.map((inner) => (isObject(inner) ? plainSchema(inner) : inner));
  return isObject(value) && name !== 'const' && name !== 'default' ? plainSchema(value) : value;
}

const counts: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
]);
