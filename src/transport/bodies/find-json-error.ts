import { skipSpace } from '../../core/json/top-level-members.ts';

/** Where a text stops being JSON (RFC 8259), and what was expected there. */
export type JsonError = { readonly at: number; readonly expected: string };

/**
 * Finds the first byte at which UTF-8 bytes stop being JSON; `undefined` for valid JSON. For error messages only,
 * because `JSON.parse` often does not report the position. Keeps its own stack, so that deep nesting uses memory
 * instead of overflowing the call stack.
 */
export function findJsonError(json: Buffer): JsonError | undefined {
  const open: ('{' | '[')[] = [];
  let at = 0;
  for (;;) {
    // A value, or the key before it.
    at = skipSpace(json, at);
    const first = charAt(json, at);
    if (first === '{' || first === '[') {
      open.push(first);
      at = skipSpace(json, at + 1);
      if (charAt(json, at) !== closing[first]) {
        if (first === '{') {
          const key = readKey(json, at, '"}" or a quoted member name');
          if (typeof key !== 'number') return key;
          at = key;
        }
        continue;
      }
    } else {
      const end = readScalar(json, at);
      if (typeof end !== 'number') return end;
      at = skipSpace(json, end);
    }
    // Close containers until one goes on.
    for (
      let container = open.at(-1);
      container && charAt(json, at) === closing[container];
      container = open.at(-1)
    ) {
      open.pop();
      at = skipSpace(json, at + 1);
    }
    const container = open.at(-1);
    if (!container) return at === json.length ? undefined : { at, expected: 'the end of the body' };
    if (charAt(json, at) !== ',') return { at, expected: `"," or "${closing[container]}"` };
    at = skipSpace(json, at + 1);
    if (container === '{') {
      const key = readKey(json, at, 'a quoted member name');
      if (typeof key !== 'number') return key;
      at = key;
    }
  }
}

const closing = { '{': '}', '[': ']' } as const;

/** Reads a key and returns where its value begins. */
function readKey(json: Buffer, start: number, expected: string): number | JsonError {
  if (charAt(json, start) !== '"') return { at: start, expected };
  const end = readString(json, start);
  if (typeof end !== 'number') return end;
  const colon = skipSpace(json, end);
  return charAt(json, colon) === ':' ? colon + 1 : { at: colon, expected: '":"' };
}

/** Reads a scalar and returns where it ends. */
function readScalar(json: Buffer, start: number): number | JsonError {
  const first = charAt(json, start);
  if (first === '"') return readString(json, start);
  for (const word of ['true', 'false', 'null']) {
    if (json.toString('latin1', start, start + word.length) === word) return start + word.length;
  }
  const end = readNumber(json, start);
  return end > start ? end : { at: start, expected: 'a value' };
}

function readNumber(json: Buffer, start: number): number {
  // Numbers are short; of one longer than this, the rest is scanned digit by digit.
  const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(
    json.toString('latin1', start, start + 400),
  );
  let end = start + (number?.[0].length ?? 0);
  if (end === start + 400) while (/\d/.test(charAt(json, end))) end++;
  return end;
}

function readString(json: Buffer, start: number): number | JsonError {
  for (let at = start + 1; at < json.length; at++) {
    const byte = json[at] ?? 0;
    if (byte === 0x22) return at + 1;
    if (byte < 0x20) return { at, expected: 'an escape such as \\n in place of the control character' };
    if (byte !== 0x5c) continue;
    const escape = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(json.toString('latin1', at, at + 6));
    if (!escape) return { at, expected: 'a valid escape such as \\n or \\u0041' };
    at += escape[0].length - 1;
  }
  return { at: json.length, expected: 'the closing quote of the string' };
}

function charAt(json: Buffer, at: number): string {
  const byte = json[at];
  return byte === undefined ? '' : String.fromCharCode(byte);
}
