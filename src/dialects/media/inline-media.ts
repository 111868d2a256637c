import type { DocumentPart, ImagePart, MediaSource } from '../../core/wire/content.ts';
import { typeOfBytes } from '../../core/wire/type-of-bytes.ts';
import { registeredType } from './registered-type.ts';

/** Base64 of the bytes that show a type. */
const shownBy = 24;

/**
 * Returns bytes that a client sends in base64, for any provider: without the line breaks that some encoders write and
 * some decoders reject, and an image under the type of its bytes. Many clients go by the name of a file, and OpenAI and
 * Gemini accept that; Claude rejects the request.
 */
export function inlineMedia(mediaType: string, data: string): Extract<MediaSource, { kind: 'base64' }> {
  const stated = registeredType(mediaType);
  const bare = /[\r\n ]/.test(data) ? data.replaceAll(/\s+/g, '') : data;
  const seen = maybeImage.test(stated)
    ? typeOfBytes(Buffer.from(bare.slice(0, shownBy), 'base64'))
    : undefined;
  return { kind: 'base64', mediaType: seen ?? stated, data: bare };
}

const maybeImage = /^(?:image\/.*|application\/octet-stream|)$/;

/** Returns the part for what a client sends as an image. Some send PDFs like that, which other dialects keep apart. */
export function imagePart(source: MediaSource): ImagePart | DocumentPart {
  const isPdf = source.kind === 'base64' && source.mediaType === 'application/pdf';
  return { type: isPdf ? 'document' : 'image', source };
}
