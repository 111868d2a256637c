import type { ContentPart, Message } from '../../core/wire/content.ts';
import { eachReading } from './readings.ts';

/** This many consecutive characters that also occur in the prompt count as a quotation. */
const run = 12;
/** Enough to see what was wrong. */
const maxKept = 500;
const omission = '…';

/**
 * Returns an error's text without what it quotes from the conversation: providers repeat prompts in their errors, and
 * if bodies are not to be kept, no part of one may be stored in the ledger, in whatever case or escapes they quote it.
 * Long texts are cut.
 */
export function withoutQuotes(text: string, messages: readonly Message[]): string {
  return eachWithoutQuotes([text], messages).join('');
}

/** Like `withoutQuotes` for several texts, in one pass through the conversation. */
export function eachWithoutQuotes(texts: readonly string[], messages: readonly Message[]): string[] {
  const kept = texts.map((text) => (text.length > maxKept ? text.slice(0, maxKept) + omission : text));
  const places = placesOfRuns(kept);
  if (places.size === 0) return kept;
  const quoted = new Uint8Array(kept.reduce((length, text) => length + text.length, 0));
  const mark = (hash: number) => {
    const found = places.get(hash);
    if (found === undefined) return;
    for (const { start, end } of found) quoted.fill(1, start, end);
    // Marked once, however often the conversation repeats it.
    places.delete(hash);
  };
  for (const { content } of messages)
    for (const part of content) eachText(part, (text) => eachRun(text, mark));
  let end = 0;
  return kept.map((text) => redacted(text, quoted.subarray(end, (end += text.length))));
}

function redacted(text: string, quoted: Uint8Array): string {
  let shown = '';
  for (let at = 0; at < text.length; at += 1) {
    if (quoted[at] === 0) shown += text[at];
    else if (at === 0 || quoted[at - 1] === 0) shown += omission;
  }
  return shown;
}

type Place = { readonly start: number; readonly end: number };

/** Where each run is, counted through all texts. */
function placesOfRuns(texts: readonly string[]): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  let before = 0;
  for (const text of texts) {
    eachRun(text, (hash, start, end) => {
      const place = { start: before + start, end: before + end };
      const known = places.get(hash);
      if (known) known.push(place);
      else places.set(hash, [place]);
    });
    before += text.length;
  }
  return places;
}

const base = 0x01000193;
/** `base` to the power of a run's length: the weight of the character that leaves the window. */
const leaving = Array.from({ length: run }).reduce<number>((power) => Math.imul(power, base), 1);

/**
 * Rabin and Karp's rolling hash: one multiplication per character, however long the prompt. A hash collision hides a
 * few characters too many.
 */
function eachRun(text: string, see: (hash: number, start: number, end: number) => void): void {
  eachReading(text, (reading) => {
    const codes = new Uint16Array(run);
    const starts = new Uint32Array(run);
    let count = 0;
    let hash = 0;
    reading((code, start, end) => {
      // The place of the character that leaves the window; a place not yet used holds 0, which weighs nothing.
      const place = count % run;
      hash = (Math.imul(hash, base) + code - Math.imul(codes[place] ?? 0, leaving)) | 0;
      codes[place] = code;
      starts[place] = start;
      count += 1;
      if (count >= run) see(hash, starts[count % run] ?? start, end);
    });
  });
}

function eachText(part: ContentPart, see: (text: string) => void): void {
  switch (part.type) {
    case 'text':
    case 'reasoning':
    case 'refusal':
      return see(part.text);
    case 'tool-call':
      return see(part.arguments);
    case 'tool-result':
      for (const inner of part.content) eachText(inner, see);
      return;
    case 'document':
      if (part.source.kind === 'text') see(part.source.text);
      return;
    case 'opaque':
      return see(JSON.stringify(part.value));
    default:
  }
}
