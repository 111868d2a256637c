import type { JsonObject } from '../../../core/json/json.ts';
import type { Citation } from '../../../core/wire/stream-part.ts';
import { nameOf } from '../../fields/loose-fields.ts';
import { annotatedPlace } from '../../citations/text-place.ts';

/** Reads one annotation of any of OpenAI's types: a page, a file, or a file in a container. */
export function readAnnotation(raw: JsonObject): Citation {
  const url = nameOf(raw.url);
  const title = nameOf(raw.title) ?? nameOf(raw.filename);
  const place = annotatedPlace(raw);
  return {
    ...(url && { url }),
    ...(title && { title }),
    ...(place && { place }),
    raw,
    dialect: 'openai-responses',
  };
}

/** Writes a citation for a client. One without a place covers all of its part, which has `length` characters. */
export function writeAnnotation({ raw, dialect, url, title, place }: Citation, length: number): JsonObject {
  if (dialect === 'openai-responses') return raw;
  return {
    type: 'url_citation',
    start_index: place?.start ?? 0,
    end_index: place?.end ?? length,
    url: url ?? '',
    title: title ?? '',
  };
}
