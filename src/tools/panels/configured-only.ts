import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { ModelPicker } from '../offer/model-picker.ts';
import { errorLine, type FailedMember } from './run-panel.ts';

export type Configured<Wish> = {
  readonly present: readonly { readonly wish: Wish; readonly model: Model }[];
  /** Members whose providers are not configured here, reported like members that failed. */
  readonly absent: readonly FailedMember[];
};

/**
 * Returns the panel members that can be asked here.
 * @throws ConclaveError for a name that matches no model; `model_not_found` if no member is left.
 */
export function configuredOnly<Wish>(
  picker: ModelPicker,
  wishes: readonly Wish[],
  nameOf: (wish: Wish) => string,
): Configured<Wish> {
  const sought = wishes.map((wish) => ({ wish, found: picker.find(nameOf(wish)) }));
  const present = sought.flatMap(({ wish, found }) => (found.ok ? [{ wish, model: found.model }] : []));
  const absent = sought.flatMap(({ wish, found }) =>
    found.ok ? [] : [{ who: nameOf(wish), error: errorLine(found.error) }],
  );
  if (wishes.length > 0 && present.length === 0) {
    const why = sought.flatMap(({ found }) => (found.ok ? [] : [found.error.message]));
    throw new ConclaveError('model_not_found', `None of these models is configured. ${why.join('; ')}`, {
      param: 'models',
    });
  }
  return { present, absent };
}

/**
 * Checks that no seat occurs twice.
 * @throws ConclaveError `invalid_request` if two seats have the same model and the same stance.
 */
export function refuseDuplicates(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return;
  throw new ConclaveError(
    'invalid_request',
    `${twin} is on the panel twice; give one of the two another stance, or another model.`,
    { param: 'models' },
  );
}
