import { isJsonObject } from '../core/json/json.ts';
import type { JsonObject, JsonValue } from '../core/json/json.ts';

// Providers' JSON is read loosely: what is absent, null or of another kind than expected reads as nothing.

/** The string, or `''`. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** The string where it is not empty. */
export function nameOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The number, made whole, where it is finite and not negative, or 0. */
export function countOf(value: JsonValue | undefined): number {
  return typeof value === 'number' && value >= 0 && value < Infinity ? Math.round(value) : 0;
}

/** The object, or `{}`. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The objects of an array, or `[]`. */
export function objectsOf(value: JsonValue | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
