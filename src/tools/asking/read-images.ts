import type { ContentPart } from '../../core/wire/content.ts';
import { ConclaveError, type ErrorCode } from '../../core/errors.ts';
import { readInside } from '../../files/read-file.ts';
import type { Roots } from '../../files/roots.ts';

/** Providers refuse larger images. */
const maxBytes = 20 * 1024 * 1024;

/**
 * Reads images by path inside the roots, or from `data:` URLs. Web addresses are refused, because a provider would
 * fetch them.
 * @throws ConclaveError naming the image.
 */
export async function readImages(roots: Roots, images: readonly string[]): Promise<ContentPart[]> {
  const parts: ContentPart[] = [];
  for (const image of images) {
    const url = /^data:(image\/[\w.+-]+);base64,([A-Za-z0-9+/=\s]+)$/.exec(image);
    if (url?.[1] && url[2]) parts.push(imagePart(url[1], url[2]));
    else if (/^[a-z][a-z0-9+.-]*:/i.test(image))
      throw refused(image, 'give a path or a data: URL of an image');
    else parts.push(await readImage(roots, image));
  }
  return parts;
}

async function readImage(roots: Roots, path: string): Promise<ContentPart> {
  const file = await readInside(roots, path, { maxBytes });
  if (!file.ok) throw refused(path, file.detail, file.reason === 'missing' ? 'not_found' : 'permission');
  const mediaType = mediaTypeOf(file.data);
  if (mediaType === undefined) throw refused(path, 'it is not a PNG, JPEG, GIF or WebP image');
  return imagePart(mediaType, file.data.toString('base64'));
}

function imagePart(mediaType: string, data: string): ContentPart {
  return { type: 'image', source: { kind: 'base64', mediaType, data } };
}

/** Detected from the first bytes: the file name is not reliable. */
function mediaTypeOf(data: Buffer): string | undefined {
  return signatures.find(([, signature]) => signature.test(data.subarray(0, 16).toString('latin1')))?.[0];
}

const signatures: readonly (readonly [mediaType: string, signature: RegExp])[] = [
  ['image/png', /^\u0089PNG/],
  ['image/jpeg', /^\u00ff\u00d8\u00ff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];

function refused(image: string, detail: string, code: ErrorCode = 'invalid_request'): ConclaveError {
  return new ConclaveError(code, `Cannot send the image ${image.slice(0, 80)}: ${detail}.`, {
    param: 'images',
  });
}
