import type { DialectId } from '../../core/wire/content.ts';
import { ConclaveError } from '../../core/errors.ts';
import { shownField } from '../../core/names/shown-field.ts';
import type { ExtraField } from '../../core/wire/request.ts';
import { twinOf } from './shared-fields.ts';
import type { RequestDraft } from '../request/draft.ts';

/**
 * Returns the extra fields that `dialect` can send, unchanged or under its own names for them. Hints of another dialect
 * without a counterpart are named in `warnings`, except those that the caller has `expressed` itself.
 * @throws ConclaveError `unsupported` for another dialect's required or pinning field.
 */
export function carryExtras(
  { request, warnings }: Pick<RequestDraft, 'request' | 'warnings'>,
  dialect: DialectId,
  expressed: readonly string[] = [],
): readonly ExtraField[] {
  const { origin } = request;
  const carried: ExtraField[] = [];
  for (const field of request.extras ?? []) {
    const { name, fieldClass, value, inWords, isRead, writtenBy } = field;
    if (writtenBy?.includes(dialect)) continue;
    if (inWords) {
      const who = origin === dialect ? 'this provider' : dialect;
      warnings.push(`${shownField(field)} was written into the prompt: ${who} cannot enforce it.`);
      continue;
    }
    if (origin === dialect) {
      carried.push(field);
      continue;
    }
    if (isRead || expressed.includes(name)) continue;
    if (fieldClass !== 'hint') {
      throw new ConclaveError(
        'unsupported',
        `"${name}" of ${request.origin} has no counterpart in ${dialect}; choose a model of its own provider or leave it out.`,
        { param: name },
      );
    }
    const twin = twinOf(name, origin, dialect);
    if (twin !== undefined && dialect === 'openai-responses') carried.push({ name: twin, fieldClass, value });
    else if (twin !== undefined) {
      warnings.push(`"${name}" was left out: many providers of ${dialect} reject "${twin}".`);
    } else warnings.push(`${shownField(field)} was left out: ${dialect} does not support it.`);
  }
  return carried;
}
