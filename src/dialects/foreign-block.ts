import type { ContentPart, DialectId, Message } from '../core/wire/content.ts';
import { ConclaveError } from '../core/errors.ts';

/**
 * What becomes of a block that only another dialect understands: a model's own, such as a search that its provider
 * ran, is left out with a warning. @throws ConclaveError `unsupported` for a user's, whose words would be lost.
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

/** Refuses what a dialect has no word for. */
export function unsupportedBy(dialect: DialectId, what: string): ConclaveError {
  return new ConclaveError(
    'unsupported',
    `${what} cannot be sent to a model behind ${dialect}; leave it out or choose a model of another provider.`,
    { param: 'messages' },
  );
}
