import type { JsonValue } from './json.ts';

/** Whether a value is absent, null, an empty string or an empty array. */
export function saysNothing(value: JsonValue | undefined): boolean {
  return (value ?? '') === '' || (Array.isArray(value) && value.length === 0);
}
