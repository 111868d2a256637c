import { isJsonObject } from '../../core/json/json.ts';
import { freeformMember } from './freeform-tool.ts';

/**
 * Returns the text in the arguments that a model wrote for a custom tool. Arguments of any other shape are taken as the
 * text itself.
 */
export function freeformInput(args: string): string {
  const value = parsed(args);
  if (typeof value === 'string') return value;
  // Almost JSON: an unescaped line break, or an object that was cut off. The text can still be found.
  if (value === undefined) return freeformReader().push(args) || args;
  if (!isJsonObject(value)) return args;
  const input = value[freeformMember] ?? Object.values(value)[0] ?? '';
  return typeof input === 'string' ? input : args;
}

/** Reads the text of a custom tool's call from pieces of JSON as they arrive. */
export type FreeformReader = {
  /** Returns the text that this piece added. */
  push(piece: string): string;
};

/**
 * Returns a reader that stays silent about arguments with an unexpected beginning: their text is known only at the end.
 */
export function freeformReader(): FreeformReader {
  let rest = '';
  let place: 'before' | 'inside' | 'behind' = 'before';
  return {
    push(piece) {
      if (place === 'behind') return '';
      rest += piece;
      if (place === 'before') {
        const head = beginning.exec(rest)?.[0];
        // Matching everything again for each piece would take quadratic time.
        if (head === undefined && rest.length > longestBeginning) place = 'behind';
        if (head === undefined) return '';
        rest = rest.slice(head.length);
        place = 'inside';
      }
      const end = wholeCharacters(rest);
      const text = rest.slice(0, end);
      if (rest[end] === '"') place = 'behind';
      rest = rest.slice(end);
      return unescaped(text);
    },
  };
}

/** Leaves room for any whitespace that a model would reasonably write. */
const longestBeginning = 200;

const beginning = new RegExp(`^\\s*\\{\\s*"${freeformMember}"\\s*:\\s*"`);

/** Returns the offset of the closing quote, or the offset up to which no escape and no surrogate pair is cut. */
function wholeCharacters(text: string): number {
  let at = 0;
  while (at < text.length) {
    const size = characterSize(text, at);
    if (size === 0 || at + size > text.length) break;
    at += size;
  }
  return at;
}

/** Returns the length of one character in the JSON text of a string; 0 at the end of the string. */
function characterSize(text: string, at: number): number {
  const size = unitSize(text, at);
  if (size === 0) return 0;
  return isHighSurrogate(text, at) ? size + (unitSize(text, at + size) || 1) : size;
}

function unitSize(text: string, at: number): number {
  if (text[at] === '"') return 0;
  if (text[at] !== '\\') return 1;
  return text[at + 1] === 'u' ? 6 : 2;
}

function isHighSurrogate(text: string, at: number): boolean {
  const unit =
    text[at] === '\\' && text[at + 1] === 'u'
      ? Number.parseInt(text.slice(at + 2, at + 6), 16)
      : text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Characters that JSON requires to be escaped and that some models do not escape. */
const control = /\p{Cc}/gu;

/** Returns the unescaped text; a broken escape stays as it is. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  const value = parsed(`"${text.replace(control, (found) => JSON.stringify(found).slice(1, -1))}"`);
  return typeof value === 'string' ? value : text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
