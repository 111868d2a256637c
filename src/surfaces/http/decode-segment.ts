import { ConclaveError } from '../../core/errors.ts';

/** Decodes a path segment. @throws ConclaveError `invalid_request` if it is not percent-encoded UTF-8. */
export function decodeSegment(
  text: string,
  { called = '', param }: { readonly called?: string; readonly param?: string } = {},
): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConclaveError('invalid_request', `${called}"${text}" is not percent-encoded UTF-8.`, {
      ...(param !== undefined && { param }),
    });
  }
}
