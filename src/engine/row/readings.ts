/** Takes one UTF-16 unit of a reading, its case folded, and where it stands in the text. */
type SeeUnit = (code: number, start: number, end: number) => void;

/**
 * Reads a text as it is written and, if there are escapes in it, once more with their characters in place of them.
 * Escapes are those of JSON, also of JSON in JSON, `\x`, octal and percent encoding (RFC 3986) of UTF-8, `\u{…}`, those
 * of HTML, also of HTML in HTML, and `+` for a space.
 */
export function eachReading(text: string, read: (reading: (see: SeeUnit) => void) => void): void {
  read((see) => asWritten(text, see));
  if (/[\\%+&]/.test(text)) read((see) => unescaped(text, see));
}

function asWritten(text: string, see: SeeUnit): void {
  for (let at = 0; at < text.length; at += 1) see(folded(text.charCodeAt(at)), at, at + 1);
}

function unescaped(text: string, see: SeeUnit): void {
  let at = 0;
  while (at < text.length) {
    const start = at;
    const escape = escapeAt(text, start);
    const { code, end } = escape?.isOctet ? characterOf(text, escape) : (escape ?? unitAt(text, start));
    if (code !== undefined && code > 0xffff) {
      see(leadingSurrogate + (code >> 10), start, end);
      see(0xdc00 | (code & 0x3ff), start, end);
    } else if (code !== undefined) see(folded(code), start, end);
    at = end;
  }
}

/** Added to the upper bits of a character above U+FFFF (RFC 2781). */
const leadingSurrogate = 0xd800 - (0x1_00_00 >> 10);

/** What is read in one place; without a `code`, nothing. */
type Read =
  | { readonly code: number; readonly end: number; readonly isOctet?: boolean }
  | { readonly code: undefined; readonly end: number; readonly isOctet?: false };

function unitAt(text: string, at: number): Read {
  return { code: text.charCodeAt(at), end: at + 1 };
}

const backslash = 0x5c;
const percent = 0x25;
const ampersand = 0x26;
const plus = 0x2b;
const space = 0x20;
const controls: Readonly<Record<string, number>> = { b: 8, t: 9, n: 10, f: 12, r: 13 };

function escapeAt(text: string, at: number): Read | undefined {
  const mark = text.charCodeAt(at);
  if (mark === backslash) return afterBackslashes(text, at);
  if (mark === ampersand) return entityAt(text, at);
  if (mark === plus) return { code: space, end: at + 1 };
  return mark === percent ? hexAt(text, at + 1, 2) : undefined;
}

/** Takes any number of backslashes as one: JSON in JSON doubles them. */
function afterBackslashes(text: string, at: number): Read {
  let end = at;
  while (text.charCodeAt(end) === backslash) end += 1;
  const letter = text.charAt(end).toLowerCase();
  const digits = letter === 'u' ? 4 : 2;
  const hex = letter === 'u' || letter === 'x' ? hexAt(text, end + 1, digits) : undefined;
  const control = controls[letter];
  return (
    hex ??
    numberAt(codePoint, text, end) ??
    numberAt(octal, text, end) ??
    (control === undefined ? { code: undefined, end } : { code: control, end: end + 1 })
  );
}

/** How a number is written: its pattern, where it stands, and its base. */
type Numeral = { readonly pattern: RegExp; readonly base: 8 | 10 | 16; readonly isOctet?: boolean };

const codePoint: Numeral = { pattern: /u\{([\da-f]{1,6})\}/iy, base: 16 };
const octal: Numeral = { pattern: /([0-3][0-7]{2})/y, base: 8, isOctet: true };
const inDecimal: Numeral = { pattern: /#(\d{1,7});/y, base: 10 };
const inHex: Numeral = { pattern: /#x([\da-f]{1,6});/iy, base: 16 };

function numberAt({ pattern, base, isOctet = false }: Numeral, text: string, at: number): Read | undefined {
  pattern.lastIndex = at;
  const [, digits] = pattern.exec(text) ?? [];
  const code = digits === undefined ? Number.NaN : Number.parseInt(digits, base);
  return code <= lastCodePoint ? { code, end: pattern.lastIndex, isOctet } : undefined;
}

const lastCodePoint = 0x10_ff_ff;

/** Takes an ampersand and any number of `amp;` as one: HTML in HTML repeats it. */
function entityAt(text: string, at: number): Read {
  let end = at + 1;
  while (text.startsWith('amp;', end)) end += 'amp;'.length;
  return (
    numberAt(inDecimal, text, end) ??
    numberAt(inHex, text, end) ??
    namedAt(text, end) ?? { code: ampersand, end }
  );
}

/** Those that every library writes by name. */
const entities = { 'quot;': 0x22, 'apos;': 0x27, 'lt;': 0x3c, 'gt;': 0x3e };

function namedAt(text: string, at: number): Read | undefined {
  for (const [name, code] of Object.entries(entities))
    if (text.startsWith(name, at)) return { code, end: at + name.length };
  return undefined;
}

function hexAt(text: string, at: number, digits: 2 | 4): Read | undefined {
  let code = 0;
  for (let place = at; place < at + digits; place += 1) {
    const digit = hexDigit(text.charCodeAt(place));
    if (digit === undefined) return undefined;
    code = code * 16 + digit;
  }
  return { code, end: at + digits, isOctet: digits === 2 };
}

function hexDigit(code: number): number | undefined {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code & ~0x20;
  return letter >= 0x41 && letter <= 0x46 ? letter - 0x41 + 10 : undefined;
}

/** The character of UTF-8 that begins with this octet; an octet that begins none stands for itself. */
function characterOf(text: string, first: Read & { readonly code: number }): Read {
  const count = octetsBehind(first.code);
  let code = first.code & (count === 0 ? 0xff : 0x3f >> count);
  let { end } = first;
  for (let more = count; more > 0; more -= 1) {
    const next = escapeAt(text, end);
    if (!next?.isOctet || next.code >> 6 !== 0b10) return first;
    code = (code << 6) | (next.code & 0x3f);
    end = next.end;
  }
  return { code, end };
}

/** How many octets follow this one in its character (RFC 3629). */
function octetsBehind(octet: number): number {
  if (octet >= 0xf0) return octet < 0xf8 ? 3 : 0;
  if (octet >= 0xe0) return 2;
  return octet >= 0xc0 ? 1 : 0;
}

/** Each unit in upper case, once it has been met: unlike lower case, it does not depend on a letter's place. */
const upperCase = new Uint16Array(0x1_00_00);

function folded(code: number): number {
  return (upperCase[code] ||= upperOf(code));
}

function upperOf(code: number): number {
  const upper = String.fromCharCode(code).toUpperCase();
  return upper.length === 1 ? upper.charCodeAt(0) : code;
}
