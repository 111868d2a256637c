import { isJsonObject } from '../../core/json.ts';
import type { JsonObject, JsonValue } from '../../core/json.ts';

/** Whether some part of a schema contains itself, by way of its own `$ref`s. */
export function isRecursive(root: JsonObject): boolean {
  const inside = new Set<JsonValue>();
  const known = new Set<JsonValue>();

  function contains(value: JsonValue | undefined): boolean {
    if (typeof value !== 'object' || value === null || known.has(value)) return false;
    if (inside.has(value)) return true;
    inside.add(value);
    const target = isJsonObject(value) ? targetOf(value.$ref) : undefined;
    const found = contains(target) || Object.values(value).some(contains);
    inside.delete(value);
    known.add(value);
    return found;
  }

  /** What a reference within the schema points to (RFC 6901). */
  function targetOf(reference: JsonValue | undefined): JsonValue | undefined {
    if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) return undefined;
    const steps = reference.split('/').slice(1);
    return steps.reduce<JsonValue | undefined>((at, step) => {
      const name = decode(step).replaceAll('~1', '/').replaceAll('~0', '~');
      if (Array.isArray(at)) return at[Number(name)];
      return isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    }, root);
  }

  return contains(root);
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
