import type { DialectId } from '../core/content.ts';
import { ConclaveError } from '../core/errors.ts';
import type { ExtraField, ModelRequest } from '../core/request.ts';

/**
 * The extra fields that `dialect` may send as they came. Of another dialect's, hints are named in `warnings`.
 * @throws ConclaveError `unsupported` for another dialect's required or pinning field.
 */
export function carryExtras(
  request: ModelRequest,
  dialect: DialectId,
  warnings: string[],
): readonly ExtraField[] {
  const extras = request.extras ?? [];
  if (request.origin === dialect) return extras;
  for (const { name, fieldClass } of extras) {
    if (fieldClass !== 'hint') {
      throw new ConclaveError(
        'unsupported',
        `"${name}" of ${request.origin} has no counterpart in ${dialect}; choose a model of its own provider or leave it out.`,
        { param: name },
      );
    }
    warnings.push(`"${name}" was left out: ${dialect} has no word for it.`);
  }
  return [];
}
