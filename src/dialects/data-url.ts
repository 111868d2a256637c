import type { MediaSource } from '../core/content.ts';
import { refuse } from './strict-fields.ts';

/** The medium at a client's URL: the bytes in a data URL, else a place. @throws ConclaveError `invalid_request` */
export function readMediaUrl(url: string, at: string): MediaSource {
  if (!url.startsWith('data:')) return { kind: 'url', url };
  const comma = url.indexOf(',');
  const [mediaType = '', ...options] = url.slice(5, Math.max(5, comma)).split(';');
  if (comma === -1 || !options.includes('base64')) refuse(at, 'a URL or a base64 data URL', url);
  return { kind: 'base64', mediaType, data: url.slice(comma + 1) };
}

/** Bytes as a URL that holds them. */
export function dataUrl({ mediaType, data }: { readonly mediaType: string; readonly data: string }): string {
  return `data:${mediaType};base64,${data}`;
}
