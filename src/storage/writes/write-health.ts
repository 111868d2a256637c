import type { ConclaveError } from '../../core/errors.ts';
import { asStorageError, isOwnFault } from './storage-error.ts';

/**
 * Whether the database accepts writes, judging by the last one. Backends report to it; a successful commit costs one
 * comparison.
 */
export type WriteHealth = {
  /** Why the last write failed; absent while writes succeed. */
  readonly failure: ConclaveError | undefined;
  wrote(): void;
  /** Reports a failure. A failure that is the write's own fault is ignored: the next write may succeed. */
  failed(error: unknown): void;
  /** `changed` is called at the first failure after successful writes, and at the first success after failures. */
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
