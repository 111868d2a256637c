import { isJsonObject } from '../../core/json/json.ts';
import type { JsonObject, JsonValue } from '../../core/json/json.ts';

// Providers' JSON is read loosely: a field that is absent, null or of an unexpected type reads as empty.

/** Returns the string, or `''`. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Returns the string if it is not empty. */
export function nameOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Returns the number, rounded, if it is finite and not negative, otherwise 0. */
export function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && value >= 0 && value < Infinity ? Math.round(value) : 0;
}

/** Returns the object, or `{}`. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** Returns the objects of an array, or `[]`. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
