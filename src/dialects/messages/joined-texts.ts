import type { JsonObject } from '../../core/json/json.ts';

/**
 * Joins the parts of a message into one text if all are text; `undefined` if another kind or a cache mark is among
 * them.
 */
export function joinedTexts(parts: readonly JsonObject[], between = '\n\n'): string | undefined {
  const isText = ({ type, cache_control: mark }: JsonObject) => type === 'text' && mark === undefined;
  return parts.every(isText) ? parts.map(({ text }) => String(text)).join(between) : undefined;
}
