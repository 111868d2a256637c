import type { MediaSource } from '../core/wire/content.ts';
import { registeredType } from './media-type.ts';
import { refuse } from './strict-fields.ts';

/** The medium at a client's URL: the bytes in a data URL, else a place. @throws ConclaveError `invalid_request` */
export function readMediaUrl(url: string, at: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const [mediaType = '', ...options] = url.slice(5, Math.max(5, comma)).split(';');
  if (comma === -1 || !options.includes('base64')) refuse(at, 'a URL or a base64 data URL', url);
  return { kind: 'base64', mediaType: registeredType(mediaType), data: url.slice(comma + 1) };
}

/**
 * A file that a client of OpenAI's sends along: a data URL, or bare base64, which is taken for what the member was
 * made for, PDF. OpenRouter's clients put an address there as well. @throws ConclaveError `invalid_request`
 */
export function readFileData(data: string, at: string): MediaSource {
  return /^[a-z][a-z0-9+.-]*:/i.test(data)
    ? readMediaUrl(data, at)
    : { kind: 'base64', mediaType: 'application/pdf', data };
}

/** Bytes as a URL that holds them. */
export function dataUrl({ mediaType, data }: { readonly mediaType: string; readonly data: string }): string {
  return `data:${mediaType};base64,${data}`;
}
