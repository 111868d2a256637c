import type { JsonObject, JsonValue } from './json.ts';

/** Returns a member whose name comes from outside; `undefined` for one that every object has by its prototype. */
export function ownMember<Value>(object: Readonly<Record<string, Value>>, member: string): Value | undefined {
  return Object.hasOwn(object, member) ? object[member] : undefined;
}

/** Sets a member whose name comes from outside: an assignment to `__proto__` would replace the object's prototype. */
export function setOwnMember(object: JsonObject, member: string, value: JsonValue | undefined): void {
  if (member !== '__proto__') object[member] = value;
  else Object.defineProperty(object, member, { value, writable: true, enumerable: true, configurable: true });
}
