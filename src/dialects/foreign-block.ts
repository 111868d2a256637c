import type { ContentPart, DialectId, Message } from '../core/wire/content.ts';
import { ConclaveError } from '../core/errors.ts';

/**
 * Handles a block that only another dialect understands: a model's own block, such as a search that its provider ran,
 * is left out with a warning. @throws ConclaveError `unsupported` for a user's block, whose content would be lost.
 */
export function leaveOutForeign(
  part: Extract<ContentPart, { type: 'opaque' }>,
  role: Message['role'],
  { dialect, warnings }: { readonly dialect: DialectId; readonly warnings: string[] },
): void {
  const what = `A block "${String(part.value.type ?? Object.keys(part.value)[0])}" of ${part.dialect}`;
  if (role !== 'assistant') throw unsupportedBy(dialect, what);
  warnings.push(`${what} was left out: only its own provider understands it.`);
}

/** Returns the error for something that a dialect cannot express. */
export function unsupportedBy(dialect: DialectId, what: string): ConclaveError {
  return new ConclaveError(
    'unsupported',
    `${what} cannot be sent to a model behind ${dialect}; leave it out or choose a model of another provider.`,
    { param: 'messages' },
  );
}
