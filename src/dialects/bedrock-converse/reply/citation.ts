import type { JsonObject } from '../../../core/json/json.ts';
import type { Citation } from '../../../core/wire/stream-part.ts';
import { nameOf, objectOf, objectsOf } from '../../fields/loose-fields.ts';

/** Reads one citation: its source, and the text that it quotes. */
export function readCitation(raw: JsonObject): Citation {
  const url = nameOf(objectOf(objectOf(raw.location).web).url) ?? nameOf(raw.source);
  const title = nameOf(raw.title);
  const text = objectsOf(raw.sourceContent)
    .flatMap(({ text }) => nameOf(text) ?? [])
    .join(' ');
  return {
    ...(url && { url }),
    ...(title && { title }),
    ...(text && { text }),
    raw,
    dialect: 'bedrock-converse',
  };
}

/** Writes a citation for a client; another provider's citation becomes one of a web page. */
export function writeCitation({ url, title, text, raw, dialect }: Citation): JsonObject {
  if (dialect === 'bedrock-converse') return raw;
  return {
    ...(title && { title }),
    ...(text && { sourceContent: [{ text }] }),
    ...(url && { location: { web: { url } } }),
  };
}
