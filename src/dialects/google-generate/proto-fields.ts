import type { JsonObject } from '../../core/json/json.ts';

/** Returns an object with camel-case names: Google accepts `inline_data` for `inlineData`. */
export function camelCase(found: JsonObject): JsonObject {
  let changed: JsonObject | undefined;
  for (const member of Object.keys(found)) {
    if (!member.includes('_')) continue;
    changed ??= { ...found };
    const value = changed[member];
    delete changed[member];
    changed[member.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  return changed ?? found;
}
