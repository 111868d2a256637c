import { ignoredField, requiredFields } from '../../core/wire/required-fields.ts';
import type { RequestDraft } from '../request/draft.ts';
import { knownName } from '../request/known-name.ts';

/** Warns if the model that Conclave chose may ignore a field which the request requires. */
export function warnOfIgnoredField({ request, target, warnings }: RequestDraft): void {
  const fields = target.chosen && requiredFields(request);
  const field = fields && ignoredField(fields, knownName(target), target.quirks);
  if (field !== undefined)
    warnings.push(`"${field}" may be ignored: ${target.model} is not known to support it.`);
}
