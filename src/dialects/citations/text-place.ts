import type { JsonObject } from '../../core/json/json.ts';
import type { TextPlace } from '../../core/wire/stream-part.ts';

/** Returns the position in an OpenAI annotation; `undefined` for an empty one, which some providers send. */
export function annotatedPlace({ start_index: start, end_index: end }: JsonObject): TextPlace | undefined {
  if (typeof start !== 'number' || typeof end !== 'number' || start < 0 || end <= start) return undefined;
  return { start, end };
}

/** Where a provider that counts UTF-8 bytes says that words are. */
export type BytePlace = {
  readonly from: number;
  readonly to: number | undefined;
  readonly words: string | undefined;
};

/** Each search reads the whole text. */
const maxSearches = 1_000;

/**
 * Returns a function that finds places in this text. It returns `undefined` if the count of bytes does not match the
 * text (for example one of several parts) and the words do not occur exactly once.
 */
export function placesIn(text: string): (place: BytePlace) => TextPlace | undefined {
  let lengths: Uint32Array | undefined;
  let searches = 0;

  function searched(words: string): TextPlace | undefined {
    searches += 1;
    if (searches > maxSearches) return undefined;
    const start = text.indexOf(words);
    const isAlone = start >= 0 && text.indexOf(words, start + 1) < 0;
    return isAlone ? { start, end: start + words.length } : undefined;
  }

  return ({ from, to, words }) => {
    lengths ??= lengthsByByte(text);
    const [start, end] = [lengths[from], to === undefined ? undefined : lengths[to]];
    if (start !== undefined && end !== undefined && start < end) {
      const isHere = words?.length === end - start && text.startsWith(words, start);
      if (words === undefined || isHere) return { start, end };
    }
    return words === undefined ? undefined : searched(words);
  };
}

/** The number of characters before each byte of a text, as JavaScript counts them. */
function lengthsByByte(text: string): Uint32Array {
  const lengths = new Uint32Array(Buffer.byteLength(text) + 1);
  let bytes = 0;
  let length = 0;
  for (const character of text) {
    const width = widthOf(character.codePointAt(0) ?? 0);
    lengths.fill(length, bytes, bytes + width);
    bytes += width;
    length += character.length;
  }
  lengths[bytes] = length;
  return lengths;
}

/** The number of bytes of a character in UTF-8. */
function widthOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
