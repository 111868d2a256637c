import type { JsonObject } from '../../core/json/json.ts';
import type { DialectId, Message, OpaquePart } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';

/**
 * Writes a block that only one dialect understands: unchanged if that is this one. A model's own block of another
 * dialect, such as a search that its provider ran, is left out with a warning.
 * @throws ConclaveError `unsupported` for a user's block of another dialect, whose content would be lost.
 */
export function writeOpaque(
  part: OpaquePart,
  role: Message['role'],
  { dialect, warnings }: { readonly dialect: DialectId; readonly warnings: string[] },
): JsonObject[] {
  if (part.dialect === dialect) return [part.value];
  const what = `A block "${String(part.value.type ?? Object.keys(part.value)[0])}" of ${part.dialect}`;
  if (role !== 'assistant') throw unsupportedBy(dialect, what);
  warnings.push(`${what} was left out: only its own provider understands it.`);
  return [];
}

/** Returns the error for something that a dialect cannot express. */
export function unsupportedBy(dialect: DialectId, what: string): ConclaveError {
  return new ConclaveError(
    'unsupported',
    `${what} cannot be sent to a model behind ${dialect}; leave it out or choose a model of another provider.`,
    { param: 'messages' },
  );
}
