import { isJsonObject, type JsonObject } from './json.ts';

// JavaScript changes a whole number above 2^53 (ids of Discord and X, database keys) when it reads it, and a tool that
// is called with the changed number acts on another record. A schema that contains such a number (the bound of an
// unsigned 64-bit integer, an id) then asks for another one. Such numbers are kept as `JSON.rawJSON`, which is written
// as it was read, but only in a tool's input and in schemas: code that computes with numbers elsewhere gets plain
// numbers.

declare global {
  interface JSON {
    rawJSON(text: string): object;
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

const inputs: ReadonlySet<string> = new Set(['input', 'args', 'arguments']);
/** The members in which any dialect puts the schema of a tool or of an answer. */
const schemas: ReadonlySet<string> = new Set([
  'parameters',
  'parametersJsonSchema',
  'input_schema',
  'inputSchema',
  'schema',
  'responseSchema',
  'responseJsonSchema',
  'format',
]);
const exactMembers = new RegExp(`"(?:${[...inputs, ...schemas].join('|')})"`);
const longNumber = /[:,[]\s*-?\d{16}/;
/** Digits of the first number above 2^53. */
const longDigits = 16;

/** Parses a JSON object as `parseWithExactCalls` does; `undefined` if the text is none. */
export function parseExactObject(text: string): JsonObject | undefined {
  try {
    const value = parseWithExactCalls(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Parses JSON and keeps the whole numbers in tool calls and schemas exact, however long. @throws SyntaxError as
 * `JSON.parse`
 */
export function parseWithExactCalls(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Looking for a long number costs a fraction of looking for the names.
  return hasLongNumber(text) && exactMembers.test(text) ? withExactCalls(value, parseExactly(text)) : value;
}

/** Parses the JSON of a tool's input and keeps all its whole numbers exact. @throws SyntaxError as `JSON.parse` */
export function parseInput(text: string): unknown {
  return hasLongNumber(text) ? parseExactly(text) : JSON.parse(text);
}

/** Returns such a value with plain numbers only, for code that computes with them. */
export function withPlainNumbers(value: JsonObject): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  return isJsonObject(plain) ? plain : value;
}

/** Sixteen digits in a row cover one of every sixteen positions: others are checked only around a digit. */
function hasLongNumber(text: string): boolean {
  for (let at = longDigits - 1; at < text.length; at += longDigits) {
    if (isDigit(text, at) && digitsAround(text, at) >= longDigits) return longNumber.test(text);
  }
  return false;
}

function digitsAround(text: string, at: number): number {
  let [start, end] = [at, at + 1];
  while (isDigit(text, start - 1)) start -= 1;
  while (isDigit(text, end)) end += 1;
  return end - start;
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x30 && unit <= 0x39;
}

function parseExactly(text: string): unknown {
  return JSON.parse(text, (key, value, { source }) =>
    typeof value === 'number' && key !== '' && source !== undefined && isChanged(value, source)
      ? JSON.rawJSON(source)
      : value,
  );
}

function isChanged(value: number, source: string): boolean {
  return !Number.isSafeInteger(value) && /^-?\d+$/.test(source);
}

/** In every dialect, an object with a tool's name is a call. */
function withExactCalls(value: unknown, exact: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(exact)) {
    return value.map((item: unknown, at) => withExactCalls(item, exact[at]));
  }
  if (!isJsonObject(value) || !isJsonObject(exact)) return value;
  const isCall = typeof value.name === 'string';
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      schemas.has(member) || (isCall && inputs.has(member))
        ? exact[member]
        : withExactCalls(inner, exact[member]),
    ]),
  );
}
