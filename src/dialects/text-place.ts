import type { JsonObject } from '../core/json/json.ts';
import type { TextPlace } from '../core/wire/stream-part.ts';

/** Returns the position in an OpenAI annotation; `undefined` for an empty one, which some providers send. */
export function annotatedPlace({ start_index: start, end_index: end }: JsonObject): TextPlace | undefined {
  if (typeof start !== 'number' || typeof end !== 'number' || start < 0 || end <= start) return undefined;
  return { start, end };
}

/**
 * Returns the position of words in a text for a provider that counts UTF-8 bytes. `undefined` if the count does not
 * match this text (for example one of several parts) and the words do not occur exactly once.
 */
export function bytePlace(
  text: string,
  {
    from,
    to,
    words,
  }: {
    readonly from: number;
    readonly to: number | undefined;
    readonly words: string | undefined;
  },
): TextPlace | undefined {
  const bytes = Buffer.from(text);
  if (to !== undefined && from < to && to <= bytes.byteLength) {
    const start = bytes.toString('utf8', 0, from).length;
    const found = bytes.toString('utf8', from, to);
    if (words === undefined || found === words) return { start, end: start + found.length };
  }
  if (words === undefined) return undefined;
  const start = text.indexOf(words);
  const isAlone = start >= 0 && text.indexOf(words, start + 1) < 0;
  return isAlone ? { start, end: start + words.length } : undefined;
}
