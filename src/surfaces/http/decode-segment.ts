import { ConclaveError } from '../../core/errors.ts';

/** A piece of a path in plain letters. @throws ConclaveError `invalid_request` where it is not percent-encoded UTF-8. */
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
