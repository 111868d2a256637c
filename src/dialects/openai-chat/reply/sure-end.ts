import type { Emit } from '../../replies/stream-reader.ts';

/** Watches a stream for a sure end of its answer before the stream's own end. */
export type SureEnd = {
  readonly emit: Emit;
  /** To be called after each event. `isFinished`: it had a finish reason. */
  saw(isFinished: boolean): void;
  /** A finish reason came without any content, and a usage with it or after it, and nothing else since. */
  readonly has: () => boolean;
};

/**
 * A finish reason alone is no sure end: some servers write one beside every piece, or write several answers (`n`) or
 * calls one after the other, and others count the usage for a while.
 */
export function sureEnd(emit: Emit): SureEnd {
  let hasContent = false;
  let hasUsage = false;
  let isFinished = false;
  let isCounted = false;
  return {
    emit(part) {
      if (part.type === 'usage') hasUsage = true;
      else if ('index' in part) hasContent = true;
      emit(part);
    },
    saw(finishes) {
      isFinished = !hasContent && (isFinished || finishes);
      isCounted = isFinished && (isCounted || hasUsage);
      hasContent = hasUsage = false;
    },
    has: () => isCounted,
  };
}
