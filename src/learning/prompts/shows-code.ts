/**
 * Whether a text looks like code: it has a fence, an arrow, a line that ends as statements, blocks and calls do, or one
 * that begins as declarations do. Line by line, since a single expression over the whole text takes five times as long,
 * and most decisions about an open choice need this.
 */
export function showsCode(text: string): boolean {
  if (text.includes('```') || text.includes('=>')) return true;
  const endOfLine = hasRarerBreak(text) ? endOfAnyLine : endOfUsualLine;
  for (let from = 0; from <= text.length;) {
    const end = endOfLine(text, from);
    if (endsAsCode(text, from, end) || beginsAsCode(text, from, end)) return true;
    from = end + 1;
  }
  return false;
}

/** The characters besides the line feed that regular expressions treat as line ends. */
const rarerBreaks = ['\r', '\u2028', '\u2029'] as const;

function hasRarerBreak(text: string): boolean {
  for (const sign of rarerBreaks) if (text.includes(sign)) return true;
  return false;
}

function endOfUsualLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function endOfAnyLine(text: string, from: number): number {
  anyBreak.lastIndex = from;
  return anyBreak.exec(text)?.index ?? text.length;
}

const anyBreak = /[\n\r\u2028\u2029]/g;

/** Code has at most this many blanks at the end of a line. */
const maxBlanksBehind = 8;

/** Whether a line ends with `{`, `}`, `;`, a call, or the colon after a bracketed head. */
function endsAsCode(text: string, from: number, end: number): boolean {
  let last = end - 1;
  while (last >= from && isBlank(text.charCodeAt(last))) last--;
  if (last < from || end - 1 - last > maxBlanksBehind) return false;
  const sign = text.charCodeAt(last);
  if (sign === openBrace || sign === closeBrace || sign === semicolon) return true;
  if (sign === colon) return text.charCodeAt(last - 1) === closeBracket && text.charCodeAt(end) === lineFeed;
  return sign === closeBracket && isCall(text, last);
}

/** The longest arguments of a call that are recognised. */
const maxArguments = 80;

/** Whether the bracket closed here was opened after a name, with no closing bracket in between. */
function isCall(text: string, closed: number): boolean {
  for (let at = closed - 1; at > 0 && at >= closed - 1 - maxArguments; at--) {
    const sign = text.charCodeAt(at);
    if (sign === openBracket) return isOfName(text.charCodeAt(at - 1));
    if (sign === closeBracket || sign === lineFeed) return false;
  }
  return false;
}

const maxIndent = 80;

function beginsAsCode(text: string, from: number, end: number): boolean {
  let first = from;
  while (first < end && isBlank(text.charCodeAt(first))) first++;
  if (first === end || first - from > maxIndent || !initials[text.charCodeAt(first)]) return false;
  declaration.lastIndex = first;
  return declaration.test(text);
}

const declaration = /(?:import|from \S+ import|def|class|const|function|select)\b/iy;
/** First letters of those words, in either case. */
const initials = Uint8Array.from({ length: 128 }, (_, code) =>
  Number('ifdcs'.includes(String.fromCharCode(code | 32))),
);

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/** Whether a character is an ASCII letter, digit or underscore. */
function isOfName(code: number): boolean {
  const lower = code | 32;
  return (lower >= 97 && lower <= 122) || (code >= 48 && code <= 57) || code === 95;
}

const lineFeed = 10;
const openBracket = 40;
const closeBracket = 41;
const colon = 58;
const semicolon = 59;
const openBrace = 123;
const closeBrace = 125;
