import type { Citation } from '../../core/stream-part.ts';
import type { JsonObject } from '../../core/json.ts';
import { dataUrl } from '../data-url.ts';
import { openReasoning, sealOrigin } from '../sealed-reasoning.ts';

/**
 * A source as OpenAI annotates it. Chat has one text for all blocks: `start` is where the source's own begins in it. One that
 * says no place is for the `length` characters so far.
 */
export function writeAnnotation(
  { raw, dialect, url, title, place }: Citation,
  { start, length }: { readonly start: number; readonly length: number },
): JsonObject {
  if (dialect === 'openai-chat' && typeof raw.type === 'string') return raw;
  const [start_index, end_index] = place ? [start + place.start, start + place.end] : [0, length];
  return {
    type: 'url_citation',
    url_citation: { start_index, end_index, url: url ?? '', title: title ?? '' },
  };
}

/** The proof of readable reasoning, in OpenRouter's words. */
export function writeSignature(signature: string, text?: string): JsonObject {
  const own = openReasoning('openai-chat', signature);
  return {
    type: 'reasoning.text',
    ...own,
    ...(own ? {} : { signature, format: formatOf(signature) }),
    ...(text && { text }),
  };
}

/** Reasoning that nobody but its maker can read. */
export function writeRedacted(data: string): JsonObject {
  return openReasoning('openai-chat', data) ?? { type: 'reasoning.encrypted', data, format: formatOf(data) };
}

/** A data URL, as OpenRouter sends images. */
export function writeImage(mediaType: string, data: string): JsonObject {
  return { type: 'image_url', image_url: { url: dataUrl({ mediaType, data }) } };
}

function formatOf(proof: string): string {
  return sealOrigin(proof) === undefined ? 'anthropic-claude-v1' : 'unknown';
}
