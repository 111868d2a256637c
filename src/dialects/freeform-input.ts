import { isJsonObject } from '../core/json/json.ts';
import { freeformMember } from './freeform-tool.ts';

/** The text in the arguments that a model wrote for a custom tool; whatever else it wrote is taken for the text itself. */
export function freeformInput(args: string): string {
  const value = parsed(args);
  if (typeof value === 'string') return value;
  // Near enough to JSON for the text to be found: a line break that is not escaped, an object that was cut.
  if (value === undefined) return freeformReader().push(args) || args;
  if (!isJsonObject(value)) return args;
  const input = value[freeformMember] ?? Object.values(value)[0];
  return typeof input === 'string' ? input : args;
}

/** Reads that text out of pieces of JSON as they come. */
export type FreeformReader = {
  /** What of the text is known by now and was not before. */
  push(piece: string): string;
};

/**
 * Says nothing of arguments that do not begin as they should: what they hold is known at their end alone.
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
        // Looking again at all of it for every piece would take time without end.
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

/** With any blanks that somebody would write. */
const longestBeginning = 200;

const beginning = new RegExp(`^\\s*\\{\\s*"${freeformMember}"\\s*:\\s*"`);

/** Up to the closing quote, or as far as no escape, and no pair of surrogates, is cut. */
function wholeCharacters(text: string): number {
  let at = 0;
  while (at < text.length) {
    const size = characterSize(text, at);
    if (size === 0 || at + size > text.length) break;
    at += size;
  }
  return at;
}

/** How much one character takes of the JSON text of a string: 0 at its end. */
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

/** What JSON wants escaped and some models do not. */
const control = /\p{Cc}/gu;

/** A broken escape stays as it is. */
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
