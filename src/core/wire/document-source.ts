import { isUtf8 } from 'node:buffer';
import { decodeText, looksBinary } from '../user-text/decode-text.ts';
import type { DocumentSource, MediaSource } from './content.ts';

/**
 * Turns a document of a text type, sent as bytes, into text: every model can read text, few accept files. Data of
 * another kind that only has such a type is returned unchanged.
 */
export function documentSource(source: MediaSource): DocumentSource {
  if (source.kind !== 'base64' || !textType.test(source.mediaType)) return source;
  if (!base64.test(source.data)) return source;
  const bytes = Buffer.from(source.data, 'base64');
  // Logs and crash dumps are text even with zero bytes in them.
  if (looksBinary(bytes) && !isUtf8(bytes)) return source;
  return { kind: 'text', text: decodeText(bytes).text };
}

const base64 = /^[\w+/=\s-]*$/;

const textType =
  /^(?:text\/(?!rtf)|application\/(?:(?:x-)?(?:json|ndjson|yaml|toml|javascript|typescript|python|sh|sql|httpd-php|latex|tex)|jsonl|xml|[\w.-]+\+(?:json|xml|yaml))\b)/i;
