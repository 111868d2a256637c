import type { JsonValue } from '../../core/json/json.ts';
import { parsedJson } from './parsed-json.ts';

/**
 * Returns the values that a text contains whole, each once, in order. Brackets without a quotation mark between them are
 * prose. Nothing is returned if something with quotation marks is no valid JSON: it may hold the others.
 */
export function embeddedJson(text: string): JsonValue[] {
  const pieces = bracketed(text).filter((piece) => piece.includes('"'));
  const values = [...new Set(pieces)].map(parsedJson);
  return values.includes(undefined) ? [] : values.filter((value) => value !== undefined);
}

/** The text between each outermost pair of brackets; the last piece may lack its end. */
function bracketed(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  let isQuoted = false;
  for (const { 0: token, index } of text.matchAll(/\\.|["[\]{}]/gs)) {
    if (token === '"') isQuoted = depth > 0 && !isQuoted;
    else if (isQuoted || token.startsWith('\\')) continue;
    else if (token === '[' || token === '{') {
      if (depth === 0) start = index;
      depth += 1;
    } else if (depth > 0) {
      depth -= 1;
      if (depth === 0) pieces.push(text.slice(start, index + 1));
    }
  }
  return depth === 0 ? pieces : [...pieces, text.slice(start)];
}
