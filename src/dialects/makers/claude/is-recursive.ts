import { isJsonObject } from '../../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import { referredPart } from '../../referred-part.ts';

/** Whether some part of a schema contains itself, by way of its own `$ref`s. */
export function isRecursive(root: JsonObject): boolean {
  const inside = new Set<JsonValue>();
  const known = new Set<JsonValue>();

  function contains(value: JsonValue | undefined): boolean {
    if (typeof value !== 'object' || value === null || known.has(value)) return false;
    if (inside.has(value)) return true;
    inside.add(value);
    const target = isJsonObject(value) ? referredPart(root, value.$ref) : undefined;
    const found = contains(target) || Object.values(value).some(contains);
    inside.delete(value);
    known.add(value);
    return found;
  }

  return contains(root);
}
