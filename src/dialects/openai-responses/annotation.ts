import type { JsonObject } from '../../core/json.ts';
import type { Citation } from '../../core/stream-part.ts';
import { nameOf, objectOf } from '../loose-fields.ts';

/** One annotation of any of OpenAI's kinds: of a page, of a file, of a file in a container. */
export function readAnnotation(raw: JsonObject): Citation {
  const url = nameOf(raw.url);
  const title = nameOf(raw.title) ?? nameOf(raw.filename);
  return { ...(url && { url }), ...(title && { title }), raw, dialect: 'openai-responses' };
}

/** A citation for a client; one that says no place is for the `length` characters so far. */
export function writeAnnotation({ raw, dialect, url, title }: Citation, length: number): JsonObject {
  if (dialect === 'openai-responses') return raw;
  const place = dialect === 'openai-chat' ? objectOf(raw.url_citation) : {};
  return {
    type: 'url_citation',
    start_index: place.start_index ?? 0,
    end_index: place.end_index ?? length,
    url: url ?? '',
    title: title ?? '',
  };
}
