import {
  appendices,
  besideElements,
  onlySpokenElements,
  openings,
  spokenElements,
  toolResult,
} from './client-wrappers.ts';
import type { ContentPart, Message } from '../wire/content.ts';
import { isAssent } from './is-assent.ts';

/** A person's last text, and whether images and documents came with it. */
export type UserText = { readonly text: string; readonly images: boolean; readonly documents: boolean };

/**
 * Returns the user's last text: without tool results, which are also user messages, and without what clients wrap
 * around it. A message that contains nothing else is skipped in favour of the one before it, and so is a mere "yes, do
 * it".
 */
export function lastUserText(messages: readonly Message[]): UserText {
  let assent: UserText | undefined;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    const userText = message?.role === 'user' ? userTextIn(message.content) : undefined;
    if (!userText) continue;
    if (userText.images || userText.documents || !isAssent(userText.text)) return userText;
    assent ??= userText;
  }
  return assent ?? { text: '', images: false, documents: false };
}

function userTextIn(content: readonly ContentPart[]): UserText | undefined {
  let text = '';
  let images = false;
  let documents = false;
  let isResult: boolean | undefined;
  for (const part of content) {
    if (part.type === 'image') images = true;
    else if (part.type === 'document') documents = true;
    else if (part.type === 'text') {
      isResult ??= toolResult.test(part.text);
      const typed = isResult && !beginsSpoken(part.text) ? '' : typedIn(part.text);
      text = text === '' || typed === '' ? text + typed : `${text}\n${typed}`;
    }
  }
  return text === '' && !images && !documents ? undefined : { text, images, documents };
}

/**
 * Returns the part of a client's text that a person typed. Only its edges are checked: a wrapper quoted in the middle
 * was typed.
 */
export function typedIn(text: string): string {
  const finished: string[] = [];
  let left = withoutAppendix(text).trim();
  for (;;) {
    const peeled = withoutFirst(left, finished) ?? withoutLast(left);
    if (peeled === undefined) return left;
    left = peeled.trim();
  }
}

/**
 * Removes the wrapper that the text begins with; `undefined` if there is none. An element is `finished` if its end is
 * missing, or if it contained what was typed, which a client writes only once: to search the whole text again in every
 * round would take time with the square of its length.
 */
function withoutFirst(text: string, finished: string[]): string | undefined {
  const name = nameAt(text, 1);
  if (text[0] !== '<' || name === undefined) return withoutOpening(text);
  const isSpoken = spokenElements.has(name);
  if (finished.includes(name) || (!isSpoken && !besideElements.has(name))) return undefined;
  const closing = `</${name}>`;
  const end = text.indexOf(closing);
  if (isSpoken || end === -1) finished.push(name);
  if (end === -1) return undefined;
  const rest = text.slice(end + closing.length);
  return isSpoken ? `${text.slice(text.indexOf('>') + 1, end)}${rest}` : rest;
}

function withoutOpening(text: string): string | undefined {
  const known = openings.find(({ opening }) => text.startsWith(opening));
  if (!known) return undefined;
  const end = known.until === undefined ? -1 : text.indexOf(known.until);
  return known.until === undefined || end === -1 ? '' : text.slice(end + known.until.length);
}

/** Removes the wrapper that the text ends with; `undefined` if there is none. */
function withoutLast(text: string): string | undefined {
  if (!text.endsWith('>')) return undefined;
  const end = text.lastIndexOf('</');
  const name = nameAt(text, end + 2);
  if (end === -1 || name === undefined || end + name.length + 3 !== text.length) return undefined;
  const isAlone = onlySpokenElements.has(name);
  if (!isAlone && !besideElements.has(name)) return undefined;
  const start = text.lastIndexOf(`<${name}`, end);
  if (start === -1) return undefined;
  return isAlone ? text.slice(text.indexOf('>', start) + 1, end) : text.slice(0, start);
}

function beginsSpoken(text: string): boolean {
  const name = nameAt(text, text.search(/\S/) + 1);
  return name !== undefined && spokenElements.has(name);
}

const longestName = 40;

/** Returns the name of the element at this position. */
function nameAt(text: string, from: number): string | undefined {
  for (let at = from; at < text.length && at < from + longestName; at++) {
    const code = text.charCodeAt(at);
    if (code === greater || code <= space) return at === from ? undefined : text.slice(from, at);
  }
  return undefined;
}

const greater = 62;
const space = 32;

/** Longer than any appendix. */
const appendixChars = 6_000;

function withoutAppendix(text: string): string {
  const from = Math.max(0, text.length - appendixChars);
  const end = from === 0 ? text : text.slice(from);
  for (const appendix of appendices) {
    const at = end.indexOf(appendix);
    if (at !== -1) return text.slice(0, from + at);
  }
  return text;
}
