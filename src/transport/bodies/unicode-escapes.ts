import { endOfString, skipSpace } from '../../core/json/top-level-members.ts';

export type EscapeFindings = {
  /** Position of an escaped lone surrogate. */
  readonly loneSurrogateAt?: number;
  /** A letter, digit or underscore is escaped, which hides it from code that reads the bytes. */
  readonly hidesLetters: boolean;
};

const nothing: EscapeFindings = { hidesLetters: false };
/** A constant, because calling `String.raw` took longer than the search. */
const escape = String.raw`\u`;
const backslash = 0x5c;
const quote = 0x22;

/**
 * Inspects every `\uXXXX` of a JSON text, given as bytes too. One pass, and only for bodies that have any: JavaScript
 * clients send none.
 */
export function inspectEscapes(json: Buffer, text: string): EscapeFindings {
  let hidesLetters = false;
  if (!text.includes(escape)) return nothing;
  for (let at = json.indexOf(backslash); at >= 0 && at < json.length; at++) {
    if (json[at] !== backslash) continue;
    const unit = codeUnit(json, at);
    if (unit === undefined) at += 1;
    else if (unit < 0xd800 || unit > 0xdfff) {
      hidesLetters ||= unit < 0x80 && isWordCharacter(unit);
      at += 5;
    } else {
      const low = unit < 0xdc00 ? codeUnit(json, at + 6) : undefined;
      if (low === undefined || low < 0xdc00 || low > 0xdfff) return { loneSurrogateAt: at, hidesLetters };
      at += 11;
    }
  }
  return { hidesLetters };
}

/** Returns the value of the `\uXXXX` at `at`; `undefined` for anything else. */
function codeUnit(json: Buffer, at: number): number | undefined {
  if (json[at] !== backslash || json[at + 1] !== 0x75) return undefined;
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit++) {
    const value = hexValue(json[digit]);
    if (value === undefined) return undefined;
    unit = unit * 16 + value;
  }
  return unit;
}

function hexValue(byte = 0): number | undefined {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : undefined;
}

function isWordCharacter(unit: number): boolean {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x5f;
}

/**
 * Returns the same JSON with its member names unescaped. V8 14.6 (Node 26) misreads a name with an escape if it has
 * seen, in the same place, a name that begins like the escape's own text: after `{"\\u007":1}`, the object
 * `{"\u0074ools":…}` has no `tools`. A request could hide members that way from us but not from the provider.
 */
export function withPlainNames(json: Buffer): string {
  const pieces: string[] = [];
  let copiedTo = 0;
  for (let at = json.indexOf(quote); at >= 0;) {
    const end = endOfString(json, at + 1);
    const text = json.toString('utf8', at, end);
    if (text.includes('\\') && json[skipSpace(json, end)] === 0x3a) {
      pieces.push(json.toString('utf8', copiedTo, at), JSON.stringify(JSON.parse(text)));
      copiedTo = end;
    }
    at = json.indexOf(quote, end);
  }
  pieces.push(json.toString('utf8', copiedTo));
  return pieces.join('');
}
