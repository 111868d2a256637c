import type { JsonObject, JsonValue } from '../core/json/json.ts';

type Field = JsonValue | undefined;

/** Returns the value if it is an object, else an empty one: providers ignore unknown values. */
export function objectOf(value: Field): JsonObject {
  return isObject(value) ? value : {};
}

export function listOf(value: Field): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Field): string {
  return typeof value === 'string' ? value : '';
}

export function numberOf(value: Field): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns a member by its camelCase or snake_case name: Google's APIs accept both. */
export function member(object: JsonObject, name: string): JsonValue | undefined {
  return object[name] ?? object[name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}
