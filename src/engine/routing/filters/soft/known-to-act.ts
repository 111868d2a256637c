import { ignoredField } from '../../../../core/wire/required-fields.ts';
import type { SoftFilter } from '../filter.ts';

/**
 * For an open choice, excludes models that may ignore a field which the request requires, if others are known to act on
 * it. If none is known to, the answer has a warning.
 */
export const knownToAct: SoftFilter = {
  applies: ({ features: { request }, isOpen }) => isOpen && request.requiredFields !== undefined,
  excludes({ model, deployment }, { features: { request }, isNamed }) {
    const fields = request.requiredFields ?? [];
    const field = ignoredField(fields, model.knownAs ?? model.name, deployment.provider.quirks);
    if (field === undefined || isNamed(model)) return undefined;
    return { rule: 'capability', reason: `it is not known to support "${field}"` };
  },
  isSure: () => true,
};
