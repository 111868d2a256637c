import type { JsonObject } from '../core/json/json.ts';

/** Parts of a message that are text alone as one text; `undefined` where another kind or a cache mark is among them. */
export function joinedTexts(parts: readonly JsonObject[]): string | undefined {
  const isText = ({ type, cache_control: mark }: JsonObject) => type === 'text' && mark === undefined;
  return parts.every(isText) ? parts.map(({ text }) => String(text)).join('\n\n') : undefined;
}
