import { isJsonObject } from '../json/json.ts';
import type { ExtraField } from '../wire/request.ts';
import { shownName } from './shown-name.ts';

/**
 * Formats a field's name for messages. For tools it adds which ones, because a client that offers many must know the
 * one to switch off.
 */
export function shownField({ name, value }: ExtraField): string {
  if (name === 'tools.options' && isJsonObject(value)) {
    const members = Object.values(value).flatMap((options) =>
      Object.keys(isJsonObject(options) ? options : {}),
    );
    return `"tools" (${[...new Set(members)].map(shownName).join(', ')})`;
  }
  const tools = Array.isArray(value) && name === 'tools' ? value.filter(isJsonObject) : [];
  const named = tools.map(({ name: own, custom, type }) => {
    const word = own ?? (isJsonObject(custom) ? custom.name : undefined) ?? type;
    return typeof word === 'string' ? shownName(word) : 'a tool';
  });
  return named.length === 0 ? `"${name}"` : `"${name}" (${[...new Set(named)].slice(0, 5).join(', ')})`;
}
