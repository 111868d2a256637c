import { typeOfBytes } from '../../core/wire/type-of-bytes.ts';

const known = /^(?:image\/[a-z0-9.+-]+|audio\/[a-z0-9.+-]+|application\/pdf)$/;

/**
 * Returns the type of media by its first bytes, else by the server's content type; `undefined` unless it is an image, a
 * PDF or audio. Bytes take precedence, because servers often report a wrong type, which models then reject.
 */
export function mediaTypeOf(contentType: string | undefined, bytes: Uint8Array): string | undefined {
  const seen = typeOfBytes(bytes);
  if (seen !== undefined) return seen;
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return known.test(mediaType) ? mediaType : undefined;
}
