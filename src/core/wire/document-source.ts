import { decodeText, looksBinary } from '../user-text/decode-text.ts';
import type { ContentPart, MediaSource } from './content.ts';

/** Where a document's text or bytes are. */
export type DocumentSource = Extract<ContentPart, { type: 'document' }>['source'];

/** Turns a document of a text type, sent as bytes, into text: every model can read text, few accept files. */
export function documentSource(source: MediaSource): DocumentSource {
  if (source.kind !== 'base64' || !textType.test(source.mediaType)) return source;
  const bytes = Buffer.from(source.data, 'base64');
  return looksBinary(bytes) ? source : { kind: 'text', text: decodeText(bytes).text };
}

const textType =
  /^(?:text\/(?!rtf)|application\/(?:(?:x-)?(?:json|ndjson|yaml|toml|javascript|typescript|python|sh|sql|httpd-php|latex|tex)|jsonl|xml|[\w.-]+\+(?:json|xml|yaml))\b)/i;
