import type { JsonObject } from '../../core/json/json.ts';
import type { ExtraField } from '../../core/wire/request.ts';

/** Returns the extra fields of the top level of a body, except those that are written together with others. */
export function topLevelMembers(extras: readonly ExtraField[], except: readonly string[] = []): JsonObject {
  const kept = extras.filter(({ name }) => !name.includes('.') && !except.includes(name));
  return Object.fromEntries(kept.map(({ name, value }) => [name, value]));
}

/** Returns the extra fields of one object of a body, named without its `prefix` (`output_config.`). */
export function membersUnder(prefix: string, extras: readonly ExtraField[]): JsonObject {
  const inside = extras.filter(({ name }) => name.startsWith(prefix));
  return Object.fromEntries(inside.map(({ name, value }) => [name.slice(prefix.length), value]));
}
