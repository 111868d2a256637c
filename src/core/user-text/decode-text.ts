import { isUtf8 } from 'node:buffer';
import { typeOfBytes } from '../wire/type-of-bytes.ts';

/**
 * Returns whether data is binary: an image, a PDF, or, as git decides, anything with a zero byte early on. A PDF may
 * have none. UTF-16 with a byte order mark counts as text.
 */
export function looksBinary(data: Uint8Array): boolean {
  return isBinaryForGit(data) || (utf16Mark(data) === undefined && typeOfBytes(data) !== undefined);
}

/**
 * Returns whether data has a zero byte early on; if not, git shows its lines, and a program may run it whatever its first
 * bytes are. UTF-16 with a byte order mark counts as text here as well.
 */
export function isBinaryForGit(data: Uint8Array): boolean {
  return utf16Mark(data) === undefined && data.subarray(0, bytesForGit).includes(0);
}

/** As much as git looks at to tell binary data from text. */
export const bytesForGit = 8_000;

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
