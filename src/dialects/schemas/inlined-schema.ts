import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { referredPart } from './referred-part.ts';

/** What a schema may grow to: each part that refers twice to the next doubles its size. */
const mostObjects = 5_000;

/** People do not write longer chains of references. */
const deepest = 200;

/**
 * Returns a schema with the parts that its references point to in their places, for providers that drop references. One
 * that leads back to itself stays, with the definitions. A schema that would grow too large is returned unchanged.
 */
export function inlinedSchema(root: JsonObject): JsonObject {
  if (!mentionsReference(root)) return root;
  let objects = 0;
  let isTooLarge = false;

  /** `within`: the references that led here. */
  function inlined(value: JsonValue, within: readonly JsonValue[], depth: number): JsonValue {
    isTooLarge ||= objects > mostObjects || depth > deepest;
    if (isTooLarge) return value;
    if (Array.isArray(value)) return value.map((one) => inlined(one, within, depth + 1));
    return isJsonObject(value) ? schemaOf(value, within, depth) : value;
  }

  function schemaOf(schema: JsonObject, within: readonly JsonValue[], depth: number): JsonObject {
    objects += 1;
    const { $ref: reference, ...beside } = schema;
    if (typeof reference !== 'string' || within.includes(reference)) return membersOf(schema, within, depth);
    const part = referredPart(root, reference);
    if (!isJsonObject(part)) return membersOf(schema, within, depth);
    const referred = inlined(part, [...within, reference], depth + 1);
    return { ...(isJsonObject(referred) && referred), ...membersOf(beside, within, depth) };
  }

  function membersOf(schema: JsonObject, within: readonly JsonValue[], depth: number): JsonObject {
    const members = Object.entries(schema).map(
      ([name, value]) => [name, value === undefined ? value : inlined(value, within, depth + 1)] as const,
    );
    return Object.fromEntries(members);
  }

  const { $defs, definitions, ...rest } = root;
  const whole = membersOf(rest, ['#'], 0);
  if (isTooLarge) return root;
  if (!mentionsReference(whole)) return whole;
  return {
    ...whole,
    ...($defs !== undefined && { $defs }),
    ...(definitions !== undefined && { definitions }),
  };
}

/** Also in a description that quotes a schema. */
function mentionsReference(schema: JsonObject): boolean {
  return JSON.stringify(schema).includes('$ref');
}
