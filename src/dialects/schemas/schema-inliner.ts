import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';
import { referredPart } from './referred-part.ts';

/**
 * By how many characters one schema may grow: each part that refers twice to the next doubles its size, and a long list
 * may be referred to from a thousand places.
 */
const mostGrowth = 250_000;

/** By how many all schemas of a request may grow, more than fits in the context of what they are inlined for. */
const mostGrowthTogether = 1_000_000;

/** People do not write longer chains of references. */
const deepest = 200;

/**
 * Returns a function that inlines the schemas of one request: it returns a schema with the parts that its references
 * point to in their places, for providers that drop references. One that leads back to itself stays, with the
 * definitions. A schema that would grow too large is returned unchanged.
 */
export function schemaInliner(): (schema: JsonObject) => JsonObject {
  let leftTogether = mostGrowthTogether;
  return (schema) => {
    const text = JSON.stringify(schema);
    if (!mentionsReference(text)) return schema;
    const { whole, size } = inlined(schema, text.length + Math.min(leftTogether, mostGrowth));
    leftTogether = Math.max(0, leftTogether - Math.max(0, size - text.length));
    return whole ?? schema;
  };
}

/** Inlines a schema up to a size in characters; returns the size that it reached, and nothing else if that is above. */
function inlined(root: JsonObject, mostSize: number): { readonly whole?: JsonObject; readonly size: number } {
  let size = 0;
  let isTooLarge = false;

  function take(characters: number): void {
    size += characters;
    isTooLarge ||= size > mostSize;
  }

  /** `within`: the references that led here. */
  function valueOf(value: JsonValue, within: readonly JsonValue[], depth: number): JsonValue {
    take(sizeOf(value));
    isTooLarge ||= depth > deepest;
    if (isTooLarge) return value;
    if (Array.isArray(value)) return value.map((one) => valueOf(one, within, depth + 1));
    return isJsonObject(value) ? schemaOf(value, within, depth) : value;
  }

  function schemaOf(schema: JsonObject, within: readonly JsonValue[], depth: number): JsonObject {
    const { $ref: reference, ...beside } = schema;
    if (typeof reference !== 'string' || within.includes(reference)) return membersOf(schema, within, depth);
    take(reference.length);
    const part = referredPart(root, reference);
    if (!isJsonObject(part)) return membersOf(schema, within, depth);
    const referred = valueOf(part, [...within, reference], depth + 1);
    if (!isJsonObject(referred)) return schema;
    // At each reference of a chain, the members are copied again.
    take(Object.keys(referred).length);
    return { ...referred, ...membersOf(beside, within, depth) };
  }

  function membersOf(schema: JsonObject, within: readonly JsonValue[], depth: number): JsonObject {
    const members = Object.entries(schema).map(
      ([name, value]) => [name, value === undefined ? value : valueOf(value, within, depth + 1)] as const,
    );
    return Object.fromEntries(members);
  }

  const { $defs, definitions, ...rest } = root;
  const whole = membersOf(rest, ['#'], 0);
  if (isTooLarge) return { size };
  if (!mentionsReference(JSON.stringify(whole))) return { whole, size };
  const kept = { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) };
  return { whole: { ...whole, ...kept }, size };
}

/** In characters of JSON, without what is in a list or an object. */
function sizeOf(value: JsonValue): number {
  if (Array.isArray(value)) return value.length + 2;
  if (isJsonObject(value)) return Object.keys(value).reduce((size, name) => size + name.length + 4, 2);
  return JSON.stringify(value).length;
}

/** Also in a description that quotes a schema. */
function mentionsReference(text: string): boolean {
  return text.includes('$ref');
}
