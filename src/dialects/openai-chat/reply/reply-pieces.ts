import type { Citation, TextPlace } from '../../../core/wire/stream-part.ts';
import type { JsonObject } from '../../../core/json/json.ts';
import { dataUrl } from '../../media/data-url.ts';
import { objectOf } from '../../fields/loose-fields.ts';

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

/** Writes an image as a data URL, as OpenRouter sends images. */
export function writeImage(mediaType: string, data: string): JsonObject {
  return { type: 'image_url', image_url: { url: dataUrl({ mediaType, data }) } };
}
