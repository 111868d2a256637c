import type { Citation, TextPlace } from '../../core/wire/stream-part.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { dataUrl } from '../media/data-url.ts';
import { claudeFormat } from './proof-formats.ts';
import { objectOf } from '../fields/loose-fields.ts';
import { openReasoning, sealOrigin } from '../reasoning/sealed-reasoning.ts';

/**
 * Writes a source as OpenAI annotates it. `block`: the position of its block in the text. The source covers all of the
 * block unless it names a place.
 */
export function writeAnnotation({ raw, dialect, url, title, place }: Citation, block: TextPlace): JsonObject {
  const own = dialect === 'openai-chat' ? raw : {};
  // Its provider's positions already refer to the whole text.
  if (typeof own.type === 'string' && (place || own.type !== 'url_citation')) return own;
  const [start_index, end_index] = place
    ? [block.start + place.start, block.start + place.end]
    : [block.start, block.end];
  return {
    type: 'url_citation',
    url_citation: {
      ...objectOf(own.url_citation),
      start_index,
      end_index,
      url: url ?? '',
      title: title ?? '',
    },
  };
}

/** Writes the proof of readable reasoning in OpenRouter's format. */
export function writeSignature(signature: string, text?: string): JsonObject {
  const own = openReasoning('openai-chat', signature);
  return {
    type: 'reasoning.text',
    ...own,
    ...(own ? {} : { signature, format: formatOf(signature) }),
    ...(text && { text }),
  };
}

/** Writes reasoning that only its maker can read. */
export function writeRedacted(data: string): JsonObject {
  return openReasoning('openai-chat', data) ?? { type: 'reasoning.encrypted', data, format: formatOf(data) };
}

/** Writes an image as a data URL, as OpenRouter sends images. */
export function writeImage(mediaType: string, data: string): JsonObject {
  return { type: 'image_url', image_url: { url: dataUrl({ mediaType, data }) } };
}

function formatOf(proof: string): string {
  return sealOrigin(proof) === undefined ? claudeFormat : 'unknown';
}
