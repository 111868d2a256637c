import type { JsonObject, JsonValue } from '../../../core/json/json.ts';

/** Appends a value to a list that is a member of a message; the first value begins the list. */
export function appendTo(message: JsonObject, member: string, value: JsonValue): void {
  const list = message[member];
  if (Array.isArray(list)) list.push(value);
  else message[member] = [value];
}
