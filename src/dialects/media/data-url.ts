import type { MediaSource } from '../../core/wire/content.ts';
import { inlineMedia } from './inline-media.ts';
import { refuse } from '../fields/strict-fields.ts';

/**
 * Returns the medium at a client's URL: the bytes of a data URL, otherwise the URL itself. @throws ConclaveError
 * `invalid_request`
 */
export function readMediaUrl(url: string, at: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const [mediaType = '', ...options] = url.slice(5, Math.max(5, comma)).split(';');
  if (comma === -1 || !options.includes('base64')) refuse(at, 'a URL or a base64 data URL', url);
  return inlineMedia(mediaType, url.slice(comma + 1));
}

/**
 * Returns a file that a client of an OpenAI dialect sends: a data URL, or bare base64, which is taken for PDF, the type
 * that the field was made for. OpenRouter's clients also put an address there. @throws ConclaveError `invalid_request`
 */
export function readFileData(data: string, at: string): MediaSource {
  return /^[a-z][a-z0-9+.-]*:/i.test(data) ? readMediaUrl(data, at) : inlineMedia('application/pdf', data);
}

/** Returns bytes as a data URL. */
export function dataUrl({ mediaType, data }: { readonly mediaType: string; readonly data: string }): string {
  return `data:${mediaType};base64,${data}`;
}
