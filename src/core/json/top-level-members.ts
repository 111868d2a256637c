/** The position of one top-level member of a JSON object in its bytes. */
export type JsonMember = {
  /** Unescaped: `"\u006dodel"` is `model`. */
  readonly name: string;
  /** The offset of the key's opening quote. */
  readonly keyStart: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
/** Turns `[` into `{` and `]` into `}`. */
const caseBit = 0x20;

/**
 * Finds the members of a JSON object in its bytes, including duplicates, without parsing their values. Meant for bytes
 * that `JSON.parse` accepts; for others it only promises to end, with members or a `SyntaxError`.
 * @throws RangeError if values are nested deeper than `maxDepth`, or if there are more than `maxMembers`.
 */
export function topLevelMembers(json: Buffer, maxDepth = Infinity, maxMembers = Infinity): JsonMember[] {
  const members: JsonMember[] = [];
  let at = expect(json, skipSpace(json, 0), openBrace);
  at = skipSpace(json, at);
  if (json[at] === closeBrace) return members;
  for (;;) {
    const keyStart = skipSpace(json, at);
    if (members.length === maxMembers) {
      throw new RangeError(`made of more than ${maxMembers} members, at byte ${keyStart}; nest them`);
    }
    const keyEnd = endOfString(json, expect(json, keyStart, quote));
    const valueStart = skipSpace(json, expect(json, skipSpace(json, keyEnd), colon));
    const valueEnd = endOfValue(json, valueStart, maxDepth);
    members.push({ name: nameOf(json, keyStart, keyEnd), keyStart, valueStart, valueEnd });
    at = skipSpace(json, valueEnd);
    if (json[at] === closeBrace) return members;
    at = expect(json, at, comma);
  }
}

function nameOf(json: Buffer, keyStart: number, keyEnd: number): string {
  const inner = json.toString('utf8', keyStart + 1, keyEnd - 1);
  // JSON.parse of a JSON string returns a string.
  return inner.includes('\\') ? (JSON.parse(`"${inner}"`) as string) : inner;
}

function endOfValue(json: Buffer, start: number, maxDepth: number): number {
  const first = byteAt(json, start);
  if (first === quote) return endOfString(json, start + 1);
  if (first === openBrace || first === openBracket) return endOfContainer(json, start, maxDepth);
  let at = start;
  while (!endsScalar(byteAt(json, at))) at++;
  return at;
}

function endOfContainer(json: Buffer, start: number, maxDepth: number): number {
  // The object itself is the first level.
  let depth = 1;
  for (let at = start; at < json.length; at++) {
    const byte = byteAt(json, at);
    if (byte === quote) at = endOfString(json, at + 1) - 1;
    else if (byte >= openBracket) {
      if ((byte | caseBit) === openBrace) {
        if (++depth > maxDepth)
          throw new RangeError(`nested deeper than ${maxDepth} levels at byte ${at}; flatten it`);
      } else if ((byte | caseBit) === closeBrace && --depth === 1) return at + 1;
    }
  }
  throw cutShort(json.length);
}

/**
 * Returns the offset after the closing quote of the string whose first character is at `start`.
 *
 * Walks a little, then jumps to the next quote, and repeats. Only jumping is 6 times slower if escaped quotes are dense
 * (JSON inside JSON); only walking is 150 times slower if they are rare (a long prompt).
 */
export function endOfString(json: Buffer, start: number): number {
  let at = start;
  for (;;) {
    for (const walkEnd = Math.min(at + 96, json.length); at < walkEnd; at++) {
      const byte = json[at];
      if (byte === quote) return at + 1;
      if (byte === backslash) at++;
    }
    const next = json.indexOf(quote, at);
    if (next < 0) throw cutShort(json.length);
    let slashes = 0;
    while (next - slashes > at && json[next - slashes - 1] === backslash) slashes++;
    if (slashes % 2 === 0) return next + 1;
    at = next + 1;
  }
}

/** Returns the offset of the first byte from `start` that is not white space. */
export function skipSpace(json: Buffer, start: number): number {
  let at = start;
  while (isSpace(json[at])) at++;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function endsScalar(byte: number): boolean {
  return byte === comma || byte === closeBrace || isSpace(byte);
}

function expect(json: Buffer, at: number, byte: number): number {
  if (byteAt(json, at) === byte) return at + 1;
  throw new SyntaxError(`expected "${String.fromCharCode(byte)}" at byte ${at} of the JSON object`);
}

function byteAt(json: Buffer, at: number): number {
  const byte = json[at];
  if (byte === undefined) throw cutShort(at);
  return byte;
}

function cutShort(at: number): SyntaxError {
  return new SyntaxError(`the JSON object is cut short at byte ${at}`);
}
