import type { RawRequest } from '../../../core/call.ts';
import type { JsonObject, JsonValue } from '../../../core/json/json.ts';
import type { OutgoingBody } from '../../../core/wire/transport.ts';

/** From this size on, writing a text again costs more than locating it in the original. */
const longBytes = 64 * 1024;
/** With more quotation marks than this, searching costs more than writing. */
const maxQuotes = 1_024;
const quote = 0x22;
const backslash = 0x5c;

/**
 * Returns the JSON of `body`. A string has the same spelling in every dialect: the one long text of a large request is
 * sent as a view of its original bytes, and is not written again.
 */
export function bodyPieces(
  body: JsonObject,
  raw: Pick<RawRequest, 'bytes' | 'body'> | undefined,
): OutgoingBody {
  const spelt = raw && onlyLongLiteral(raw.bytes);
  const text = spelt && longText(raw.body);
  if (!spelt || text === undefined) return JSON.stringify(body);
  const mark = crypto.randomUUID();
  const written = JSON.stringify(body, (_, value: unknown) => (value === text ? mark : value));
  const pieces: Uint8Array[] = [];
  for (const [at, between] of written.split(`"${mark}"`).entries()) {
    if (at > 0) pieces.push(spelt);
    pieces.push(Buffer.from(between));
  }
  return pieces;
}

/**
 * The one long string of some JSON as spelt in it, with its quotation marks; `undefined` if there is none or more than
 * one.
 */
function onlyLongLiteral(json: Uint8Array): Uint8Array | undefined {
  if (json.byteLength < longBytes) return undefined;
  const bytes = Buffer.from(json.buffer, json.byteOffset, json.byteLength);
  let found: Uint8Array | undefined;
  let start = bytes.indexOf(quote);
  for (let quotes = 1; start >= 0; quotes += 1) {
    let end = bytes.indexOf(quote, start + 1);
    for (; end >= 0 && isEscaped(bytes, end) && quotes < maxQuotes; quotes += 1) {
      end = bytes.indexOf(quote, end + 1);
    }
    if (end < 0 || quotes >= maxQuotes) return undefined;
    if (end - start > longBytes) {
      if (found) return undefined;
      found = bytes.subarray(start, end + 1);
    }
    start = bytes.indexOf(quote, end + 1);
  }
  return found;
}

/** Preceded by an odd number of backslashes. */
function isEscaped(bytes: Uint8Array, at: number): boolean {
  let first = at;
  while (bytes[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 1;
}

/** Only a long literal makes a long text, so if there is exactly one of each, they are the same. */
function longText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value.length > longBytes ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const member of Object.values(value)) {
    const text = longText(member);
    if (text !== undefined) return text;
  }
  return undefined;
}
