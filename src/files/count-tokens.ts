import { setImmediate as nextTurn } from 'node:timers/promises';
import { estimateTokens } from '../core/estimate-tokens.ts';
import { once } from '../core/memories/once.ts';
import type { Ms, Tokens } from '../core/units.ts';

/** Counts the tokens of `text` with the tokenizer of current GPT models; other families differ by up to a third. */
export type TokenCounter = (text: string) => Tokens;

/**
 * Returns the counter to plan with: the estimate if `texts` are far below the budget, else the exact tokenizer. Loading
 * the tokenizer takes a third of a second, so it is loaded only when needed.
 */
export async function counterFor(texts: readonly string[], budget: Tokens): Promise<TokenCounter> {
  const estimate = texts.reduce((sum, text) => sum + estimateTokens(text), 0);
  return estimate <= budget * clearlyFits ? estimateTokens : await exactCounter();
}

/** Dense text (base64, some scripts) takes up to three tokens for four bytes; an estimate this low still fits. */
const clearlyFits = 1 / 3;

export async function exactCounter(): Promise<TokenCounter> {
  const tokenizer = await loadTokenizer();
  return (text) => {
    const counting = countInSlices(tokenizer, text);
    for (;;) {
      const { done, value } = counting.next();
      if (done) return value;
    }
  };
}

/** Counts like `exactCounter`, but yields to the event loop regularly. For use in a server. */
export async function countInTurns(text: string): Promise<Tokens> {
  const counting = countInSlices(await loadTokenizer(), text);
  let begun = performance.now();
  for (;;) {
    const { done, value } = counting.next();
    if (done) return value;
    if (performance.now() - begun < longestTurnMs) continue;
    await nextTurn();
    begun = performance.now();
  }
}

type Tokenizer = typeof import('gpt-tokenizer/encoding/o200k_base');

const loadTokenizer = once(() => import('gpt-tokenizer/encoding/o200k_base'));

const longestTurnMs: Ms = 8;

/** Characters counted at once: takes a few milliseconds even for the worst text. */
const sliceLength = 4_096;

/**
 * Time limit for one text. Megabytes of ordinary text take less; random letters are about a hundred times slower, so
 * only a sample of them is counted.
 */
const maxWorkMs: Ms = 200;

/** Number of slices that are always counted, regardless of time: enough for a sample. */
const fewestSlices = 24;

/**
 * Counts slice by slice, in an order that stays evenly spread wherever it stops; uncounted slices are extrapolated from
 * the counted ones. Yields after each slice.
 */
function* countInSlices({ countTokens, clearMergeCache }: Tokenizer, text: string): Generator<void, Tokens> {
  const slices = Math.max(1, Math.ceil(text.length / sliceLength));
  const stride = evenStride(slices);
  let tokens = 0;
  let seen = 0;
  let workMs = 0;
  for (let turn = 0; turn < slices; turn++) {
    if (turn >= fewestSlices && workMs > maxWorkMs) return Math.ceil((tokens / seen) * text.length);
    const begun = performance.now();
    const at = (turn * stride) % slices;
    const slice = text.slice(edgeOf(text, at), edgeOf(text, at + 1));
    for (const piece of inShortPieces(slice)) tokens += countTokens(piece, asText);
    // The merge cache keeps views of the text, and with them the whole text, and costs more than it saves.
    clearMergeCache();
    seen += slice.length;
    workMs += performance.now() - begun;
    yield;
  }
  return tokens;
}

/** Control tokens spelled out in the text are plain text. */
const asText = { disallowedSpecial: new Set<string>() };

/** A step of about the golden ratio visits every slice once, and the visited slices are evenly spread at any point. */
function evenStride(slices: number): number {
  let stride = Math.max(1, Math.round(slices * 0.618));
  while (divisorOf(stride, slices) > 1) stride += 1;
  return stride;
}

function divisorOf(one: number, other: number): number {
  return other === 0 ? one : divisorOf(other, one % other);
}

/** How far before its nominal boundary a slice may end in order to end at a word. */
const longestWord = 64;

/** Where a slice begins: before a blank if one is near, and never inside a surrogate pair. */
function edgeOf(text: string, slice: number): number {
  const place = Math.min(text.length, slice * sliceLength);
  if (place === 0 || place === text.length) return place;
  for (let at = place; at > place - longestWord; at--) if (blank.test(text.charAt(at))) return at;
  return isLowSurrogate(text.charCodeAt(place)) ? place - 1 : place;
}

const blank = /\s/;

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/**
 * The tokenizer splits a text into pieces (o200k: letters with marks, three digits, signs, blanks, line ends with
 * slashes) and takes quadratic time for each: 5 s for 100 KB of one letter. Longer pieces are cut here, which adds at
 * most one token per some hundred.
 */
const longPiece = /[\p{L}\p{M}]{200}|[^\s\p{L}\p{N}]{200}|\s{200}|[\r\n/]{200}/gu;

function* inShortPieces(text: string): Generator<string> {
  let from = 0;
  for (const { 0: piece, index } of text.matchAll(longPiece)) {
    const to = index + piece.length;
    yield text.slice(from, to);
    from = to;
  }
  yield from === 0 ? text : text.slice(from);
}
