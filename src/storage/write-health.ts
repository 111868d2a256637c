import type { ConclaveError } from '../core/errors.ts';
import { asStorageError, isOwnFault } from './storage-error.ts';

/** Whether the database takes writes, as far as the last one showed. A backend tells it; a commit that goes well costs a comparison. */
export type WriteHealth = {
  /** Why the last write failed; absent while they go well. */
  readonly failure: ConclaveError | undefined;
  wrote(): void;
  /** What only this one write is to blame for says nothing of the next. */
  failed(error: unknown): void;
  /** `changed` hears of the first failure after writes went well, and of the first write that goes well after failures. */
  watch(changed: () => void): void;
};

export function openWriteHealth(): WriteHealth {
  let failure: ConclaveError | undefined;
  let changed: () => void = () => undefined;
  return {
    get failure() {
      return failure;
    },
    wrote() {
      if (failure === undefined) return;
      failure = undefined;
      changed();
    },
    failed(error) {
      if (isOwnFault(error)) return;
      const first = failure === undefined;
      failure = asStorageError('written', error);
      if (first) changed();
    },
    watch(listener) {
      changed = listener;
    },
  };
}
