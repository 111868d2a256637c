import { ConclaveError } from '../../core/errors.ts';
import type { Model } from '../../core/model.ts';
import type { ModelPicker } from '../offer/model-picker.ts';
import { errorLine, type Failure } from './run-panel.ts';

export type Configured<Wish> = {
  readonly present: readonly { readonly wish: Wish; readonly model: Model }[];
  /** Whose providers are not configured here: stated like any other that could not answer. */
  readonly absent: readonly Failure[];
};

/**
 * Those of a panel that can be asked here.
 * @throws ConclaveError for a name that means no model, which is a mistake; `model_not_found` where nobody is left.
 */
export function configuredOnly<Wish>(
  shelf: ModelPicker,
  wishes: readonly Wish[],
  nameOf: (wish: Wish) => string,
): Configured<Wish> {
  const sought = wishes.map((wish) => ({ wish, found: shelf.find(nameOf(wish)) }));
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

/** @throws ConclaveError `invalid_request` where one asks the same of the same model as another. */
export function refuseDuplicates(names: readonly string[]): void {
  const twin = names.find((name, index) => names.indexOf(name) < index);
  if (twin === undefined) return;
  throw new ConclaveError(
    'invalid_request',
    `${twin} is on the panel twice; give one of the two another stance, or another model.`,
    { param: 'models' },
  );
}
