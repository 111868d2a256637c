import { isUtf8 } from 'node:buffer';
import { typeOfBytes } from '../wire/type-of-bytes.ts';

/**
 * Returns whether data is binary: an image, a PDF, or, as git decides, anything with a zero byte early on. A PDF may
 * have none. UTF-16 with a byte order mark counts as text.
 */
export function looksBinary(data: Uint8Array): boolean {
  if (utf16Mark(data) !== undefined) return false;
  return typeOfBytes(data) !== undefined || data.subarray(0, 8_000).includes(0);
}

/** Decodes text of any common encoding; bytes that are not UTF-8 are read as Windows-1252, which accepts all bytes. */
export function decodeText(data: Uint8Array): { text: string; encoding: string } {
  const encoding = utf16Mark(data) ?? (isUtf8(data) ? 'utf-8' : 'windows-1252');
  return { text: new TextDecoder(encoding).decode(data), encoding };
}

function utf16Mark(data: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (data[0] === 0xff && data[1] === 0xfe) return 'utf-16le';
  if (data[0] === 0xfe && data[1] === 0xff) return 'utf-16be';
  return undefined;
}
