import type { MediaSource } from '../../core/wire/content.ts';
import type { ConclaveError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json/json.ts';
import { inlineMedia } from '../media/inline-media.ts';
import { unsupportedBy } from '../messages/write-opaque.ts';

/** Converse names media by format, all other dialects by MIME type. */
const formats: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/msword': 'doc',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.ms-excel': 'xls',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/html': 'html',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/aac': 'aac',
  'audio/mp4': 'm4a',
};

/** Returns the format and source of an image, document or audio. @throws ConclaveError `unsupported` */
export function writeMedia(source: MediaSource, what: string): JsonObject {
  switch (source.kind) {
    case 'base64':
      return { format: formatOf(source.mediaType, what), source: { bytes: source.data } };
    case 'url':
      if (source.url.startsWith('s3://')) {
        return { format: formatOfPath(source), source: { s3Location: { uri: source.url } } };
      }
      throw unsupported(`${what} at a URL other than s3:// (${source.url.slice(0, 80)})`);
    case 'file':
      throw unsupported(`${what} in a file of ${source.dialect}`);
  }
}

/** Returns the format and source of an image; a document's format is none. @throws ConclaveError `unsupported` */
export function writeImage(source: MediaSource): JsonObject {
  const image = writeMedia(source, 'An image');
  if (source.kind === 'base64' && !source.mediaType.startsWith('image/'))
    throw unsupported(`An image of type "${source.mediaType}"`);
  return image;
}

/** Reads what `writeMedia` writes. */
export function readMedia(media: {
  readonly format: string;
  readonly bytes?: string;
  readonly uri?: string;
}): MediaSource {
  const { format, bytes, uri } = media;
  const mediaType =
    Object.entries(formats).find(([, known]) => known === format)?.[0] ?? 'application/octet-stream';
  if (uri !== undefined) return { kind: 'url', url: uri, mediaType };
  return inlineMedia(mediaType, bytes ?? '');
}

function unsupported(what: string): ConclaveError {
  return unsupportedBy('bedrock-converse', what);
}

function formatOf(mediaType: string, what: string): string {
  const [type = ''] = mediaType.toLowerCase().split(';');
  const format = formats[type.trim()] ?? (type.startsWith('text/') ? 'txt' : undefined);
  if (format === undefined) throw unsupported(`${what} of type "${mediaType}"`);
  return format;
}

function formatOfPath({ url, mediaType }: Extract<MediaSource, { kind: 'url' }>): string {
  if (mediaType !== undefined) return formatOf(mediaType, 'A file');
  const ending = url.slice(url.lastIndexOf('.') + 1).toLowerCase();
  return ending === 'jpg' ? 'jpeg' : ending;
}
