import { showsCode } from './shows-code.ts';

/** A request separate from its material is at most this long. */
const longestRequest = 160;
/** Shorter quotations are names or single words, not material. */
const minMaterial = 24;
/** Code is recognised by its first lines. */
const shownAtOnce = 400;

/**
 * Returns the possible requests of a prompt that is a short request plus the text it is about. The text may be after a
 * colon, in quotation marks anywhere, above or below a line of its own, or after a first sentence; the request before
 * the text comes first in the list. A letter has short lines too, so both ends may look like a request. Empty if
 * nothing is clearly separate, and if the material is code: converting or extracting parts of code is other work than
 * that on prose.
 */
export function requestsApart(prompt: string): string[] {
  const text = prompt.trim();
  const head = text.slice(0, longestRequest);
  const before = divider.test(head)
    ? (beside(text, quoted(text, head)) ??
      beside(text, behindColon(text, head)) ??
      belowLine(text, head) ??
      beside(text, behindSentence(text, head)))
    : undefined;
  return [before, aboveLine(text)].filter((request) => request !== undefined);
}

/**
 * Returns the request of a prompt that is a short request plus the code it is about: the text around a fence, in front
 * of a colon, or above or below a line of its own. `undefined` if the material is not code.
 */
export function requestOnCode(prompt: string): string | undefined {
  const text = prompt.trim();
  for (const material of codeStretches(text)) {
    const [from, to] = material;
    if (!showsCode(text.slice(from, Math.min(to, from + shownAtOnce)))) continue;
    const request = requestBeside(text, material);
    if (request !== undefined && request !== '' && !showsCode(request)) return request;
  }
  return undefined;
}

/** Returns where the code of a prompt may be, the likeliest place first. */
function codeStretches(text: string): Stretch[] {
  // A fence further inside has more text around it than a request may have, and prompts may be megabytes long.
  const head = text.slice(0, longestRequest + fence.length);
  const from = head.indexOf(fence);
  if (from !== -1) {
    const start = Math.max(from + fence.length, text.length - longestRequest - fence.length);
    const last = text.slice(start).lastIndexOf(fence);
    return [[from, last === -1 ? text.length : start + last + fence.length]];
  }
  const places = [afterLine(text, head), behindColon(text, head), beforeLine(text)];
  return places.filter((place) => place !== undefined);
}

const fence = '```';

const divider = /["“„«‘:：\n.?!。？！]/;

/** The start and end of the material. */
type Stretch = readonly [from: number, to: number];

/** Returns the prompt without the material, if that is short enough. */
function beside(text: string, material: Stretch | undefined): string | undefined {
  if (!material) return undefined;
  const [from, to] = material;
  const request = requestBeside(text, material);
  const shown = request && text.slice(from, Math.min(to, from + shownAtOnce));
  return shown && showsCode(shown) ? undefined : request;
}

function requestBeside(text: string, [from, to]: Stretch): string | undefined {
  if (to - from < minMaterial || text.length - (to - from) > longestRequest) return undefined;
  // A trailing colon that introduces the material is not part of the request.
  return `${text.slice(0, from)} ${text.slice(to)}`.trim().replace(colonAtEnd, '');
}

const colonAtEnd = /\s*[:：]$/;

const marks = [
  { open: '"', close: '"' },
  { open: '“', close: '”' },
  { open: '„', close: '“' },
  { open: '«', close: '»' },
  { open: '‘', close: '’' },
] as const;

/**
 * Finds material from the first quotation mark to the last of its kind. All text around it is the request, so both are
 * near the prompt's ends.
 */
function quoted(text: string, head: string): Stretch | undefined {
  const start = Math.max(0, text.length - longestRequest);
  const tail = text.slice(start);
  for (const { open, close } of marks) {
    const from = head.indexOf(open);
    const to = from === -1 ? -1 : tail.lastIndexOf(close);
    if (to !== -1 && start + to - from >= minMaterial) return [from, start + to + 1];
  }
  return undefined;
}

function behindColon(text: string, head: string): Stretch | undefined {
  const colon = head.search(colonBefore);
  return colon === -1 || head.slice(0, colon).includes('\n') ? undefined : [colon + 1, text.length];
}

/** A colon before a text; after Chinese or Japanese, no space follows it. */
const colonBefore = /:\s|：|(?<=[⺀-퟿]):/;

function belowLine(text: string, head: string): string | undefined {
  return beside(text, afterLine(text, head));
}

function afterLine(text: string, head: string): Stretch | undefined {
  const end = head.indexOf('\n');
  return end === -1 ? undefined : [end, text.length];
}

/** After a first sentence, shorter text is probably part of the user's own words. */
const minBehindSentence = 80;

function behindSentence(text: string, head: string): Stretch | undefined {
  const end = head.search(endOfSentence);
  if (end === -1 || text.length - end < minBehindSentence || head.slice(0, end).includes('\n'))
    return undefined;
  return [end + 1, text.length];
}

const endOfSentence = /[.?!]\s|[。？！]/;

/** Returns the last line as a request, if it is short enough. */
function aboveLine(text: string): string | undefined {
  return beside(text, beforeLine(text));
}

function beforeLine(text: string): Stretch | undefined {
  const tail = text.slice(-longestRequest);
  const end = tail.lastIndexOf('\n');
  return end === -1 ? undefined : [0, text.length - tail.length + end];
}
