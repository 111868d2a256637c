import type { JsonObject } from '../../../core/json/json.ts';
import type { Citation } from '../../../core/wire/stream-part.ts';
import { nameOf } from '../../fields/loose-fields.ts';

/** Reads one citation of any of Anthropic's types. */
export function readCitation(raw: JsonObject): Citation {
  const url = nameOf(raw.url) ?? nameOf(raw.source);
  const title = nameOf(raw.title) ?? nameOf(raw.document_title);
  const text = nameOf(raw.cited_text);
  return {
    ...(url && { url }),
    ...(title && { title }),
    ...(text && { text }),
    raw,
    dialect: 'anthropic-messages',
  };
}

/** Writes a citation for a client; another provider's citation becomes one of a web search. */
export function writeCitation({ url, title, text, raw, dialect }: Citation): JsonObject {
  if (dialect === 'anthropic-messages') return raw;
  return {
    type: 'web_search_result_location',
    url: url ?? '',
    title: title ?? null,
    cited_text: text ?? '',
    encrypted_index: '',
  };
}
